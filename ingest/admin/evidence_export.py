"""What was captured of a dispute's evidence, as a web archive to take away from the page of the dispute."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO

from disputes.admin.exporting import Export, dispute_export
from disputes.admin.times import Times
from disputes.errors import Refused
from disputes.models import Dispute
from ingest.capture.evidence import export_evidence

_PIECE = 64 * 1024


def archive_of_evidence(slug: str, _times: Times) -> Iterator[bytes]:
    """Write the archive to a temporary file, and give it piece by piece. It is of what is attached now.

    Constant in memory; as large as the captures. Raises Refused where nothing is captured, or a capture is damaged.
    """
    dispute = Dispute.objects.get(pk=slug)
    file = TemporaryFile()  # noqa: SIM115 (closed by who gives it out)
    report = export_evidence(dispute, file)
    if report.captures and not report.damaged:
        return _pieces(file)
    file.close()
    if report.damaged:
        raise Refused(
            f"{len(report.damaged)} captures are not what was stored, the first: {report.damaged[0]}. Restore their "
            "files from a backup, or use manage.py export_evidence, which leaves them out."
        )
    raise Refused(
        f"Nothing is captured of the {report.articles} articles that are evidence of this dispute, so there is no "
        "archive to give. What feeds and pages bring from now on is captured."
    )


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


dispute_export(
    Export(
        name="evidence.wacz",
        label="Captured evidence (WACZ)",
        help_text="Pages and feeds as they were received, for viewers of web archives; what is attached now.",
        content_type="application/wacz",
        permission="ingest.view_capture",
        write=archive_of_evidence,
    )
)
