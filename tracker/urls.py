"""Addresses of the whole site."""

from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from disputes.api import urls as disputes_api
from disputes.api.resources.index import ApiIndex, Nowhere, ProblemTypeDetail
from ingest.api import urls as ingest_api
from tracker import health, metrics, pages

urlpatterns = [
    path("", pages.front, name="front"),
    path("admin/", admin.site.urls),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path(
        "api/docs/",
        SpectacularSwaggerView.as_view(url_name="api-schema", template_name="tracker/api_documentation.html"),
        name="api-docs",
    ),
    path("api/problems/<slug:name>", ProblemTypeDetail.as_view(), name="api-problem"),
    path("api/v1/", ApiIndex.as_view(names=(*disputes_api.RESOURCES, *ingest_api.RESOURCES)), name="api-index"),
    path("api/v1/", include(disputes_api)),
    path("api/v1/", include(ingest_api)),
    re_path("^api/", Nowhere.as_view()),
    # Answered by ProbeMiddleware before they come here; listed so that pages can link to them.
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
]

handler400 = pages.bad_request
handler403 = pages.permission_denied
handler404 = pages.not_found
handler500 = pages.server_error
