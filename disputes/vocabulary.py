"""The controlled terms: every word that a record may use, with its label and its definition.

A term's value is what is stored and sent; labels and definitions are for people and may be reworded.
Nothing here is ever removed or given another meaning, since stored events use the values.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """One controlled term: a value with the label and the definition that people read."""

    label: str
    definition: str

    def __new__(cls, value: str, label: str = "", definition: str = "") -> Self:
        term = str.__new__(cls, value)
        term._value_ = value
        term.label = label
        term.definition = definition
        return term


class Kind(Term):
    """What sort of quarrel a dispute is at heart."""

    LITIGATION = "litigation", "Litigation", "Fought out before a court."
    API_PRICING = (
        "api_pricing",
        "API pricing",
        "About the price or the limits of access through an interface.",
    )
    LICENCE_NEGOTIATION = "licence_negotiation", "Licence negotiation", "About the terms of a licence."
    REGULATORY = "regulatory", "Regulatory", "Led by an authority."
    THREAT = "threat", "Threat", "A demand or a threat that has not become a lawsuit."


class PartyKind(Term):
    """What a party is."""

    ORGANISATION = "organisation", "Organisation", "A company, an authority, an association or a group."
    PERSON = "person", "Person", "A natural person, whose data can be erased."


class Role(Term):
    """What a party is in a dispute; one party may hold opposite roles in two disputes."""

    RIGHTS_HOLDER = "rights_holder", "Rights holder", "Owns rights in the works at issue."
    DATA_HOLDER = "data_holder", "Data holder", "Holds the data and controls access to them."
    DATA_USER = "data_user", "Data user", "Uses the data, or is said to."
    AI_DEVELOPER = "ai_developer", "AI developer", "Trains or offers models."
    PLATFORM = "platform", "Platform", "Carries content that others made."
    INTERMEDIARY = "intermediary", "Intermediary", "Stands between holder and user."
    LICENSOR = "licensor", "Licensor", "Grants a licence."
    LICENSEE = "licensee", "Licensee", "Takes a licence."
    PLAINTIFF = "plaintiff", "Plaintiff", "Brings a claim before a court."
    DEFENDANT = "defendant", "Defendant", "Answers a claim before a court."
    CLASS_REPRESENTATIVE = "class_representative", "Class representative", "Sues for a class of others."
    INTERVENOR = "intervenor", "Intervenor", "Joined a proceeding of others."
    AMICUS = "amicus", "Amicus curiae", "Advises the court without being a party."
    SENDER = "sender", "Sender", "Sent a demand."
    RECIPIENT = "recipient", "Recipient", "Received a demand."
    COUNSEL = "counsel", "Counsel", "Represents a party."
    JUDGE = "judge", "Judge", "Decides in a proceeding."
    REGULATOR = "regulator", "Regulator", "An authority that inquires or decides."
    USER_GROUP = "user_group", "User group", "People affected who act together."


class Claim(Term):
    """What can be pleaded in a proceeding."""

    DIRECT_INFRINGEMENT = "direct_infringement", "Direct copyright infringement", "Copying by the defendant."
    CONTRIBUTORY_INFRINGEMENT = (
        "contributory_infringement",
        "Contributory copyright infringement",
        "Helping or inducing another's copying.",
    )
    VICARIOUS_INFRINGEMENT = (
        "vicarious_infringement",
        "Vicarious copyright infringement",
        "Profiting from copying that one could have stopped.",
    )
    SECONDARY_INFRINGEMENT = (
        "secondary_infringement",
        "Secondary copyright infringement",
        "Importing, possessing or dealing in an infringing copy.",
    )
    DMCA_1201 = "dmca_1201", "DMCA § 1201", "Circumvention of technical protection."
    DMCA_1202 = "dmca_1202", "DMCA § 1202", "Removal or falsification of copyright information."
    BREACH_OF_CONTRACT = "breach_of_contract", "Breach of contract", "Breaking terms that were agreed."
    UNJUST_ENRICHMENT = "unjust_enrichment", "Unjust enrichment", "Gain at another's cost without a reason."
    TRESPASS_TO_CHATTELS = "trespass_to_chattels", "Trespass to chattels", "Interference with servers."
    TORTIOUS_INTERFERENCE = (
        "tortious_interference",
        "Tortious interference",
        "Disturbing another's contracts or business.",
    )
    UNFAIR_COMPETITION = "unfair_competition", "Unfair competition", "Unlawful or unfair business practice."
    TRADEMARK_INFRINGEMENT = "trademark_infringement", "Trade mark infringement", "Use of another's mark."
    TRADEMARK_DILUTION = "trademark_dilution", "Trade mark dilution", "Blurring or tarnishing a famous mark."
    PASSING_OFF = "passing_off", "Passing off", "Presenting goods as another's."
    FALSE_ENDORSEMENT = "false_endorsement", "False endorsement", "Suggesting a designation or approval."
    RIGHT_OF_PUBLICITY = "right_of_publicity", "Right of publicity", "Use of a person's name or likeness."
    PRIVACY = "privacy", "Privacy", "Intrusion upon, or misuse of, personal data."
    WIRETAP = "wiretap", "Wiretapping", "Interception of communications."
    COMPUTER_ACCESS = "computer_access", "Computer access", "Access without authority (CFAA and its like)."
    DATABASE_RIGHT = "database_right", "Database right", "Extraction from a protected database."
    PRESS_PUBLISHERS_RIGHT = (
        "press_publishers_right",
        "Press publishers' right",
        "Online use of press publications without leave.",
    )
    COMPETITION = "competition", "Competition", "Abuse of market power or an agreement that restrains trade."
    CONVERSION = "conversion", "Conversion", "Taking another's property as one's own."
    NEGLIGENCE = "negligence", "Negligence", "Want of the care that was owed."
    MISAPPROPRIATION = "misappropriation", "Misappropriation", "Reaping what another has sown, such as hot news."
    PERSONALITY_RIGHT = "personality_right", "Personality right", "Wrong attribution, or harm to a person's standing."


class ClaimOutcome(Term):
    """What became of a claim."""

    PENDING = "pending", "Pending", "Not decided."
    DISMISSED_WITH_PREJUDICE = (
        "dismissed_with_prejudice",
        "Dismissed with prejudice",
        "May not be brought again.",
    )
    DISMISSED_WITHOUT_PREJUDICE = (
        "dismissed_without_prejudice",
        "Dismissed without prejudice",
        "May be brought again.",
    )
    DISMISSED = "dismissed", "Dismissed", "Dismissed; whether it may be brought again is not known."
    WITHDRAWN = "withdrawn", "Withdrawn", "Given up by the party that brought it."
    UPHELD = "upheld", "Upheld", "Decided for the party that brought it."
    UPHELD_IN_PART = "upheld_in_part", "Upheld in part", "Decided in part for the party that brought it."
    REJECTED = "rejected", "Rejected", "Decided against the party that brought it."
    SETTLED = "settled", "Settled", "Ended by agreement."
    STAYED = "stayed", "Stayed", "Waits for something else."


class Defence(Term):
    """What is pleaded against a claim."""

    FAIR_USE = "fair_use", "Fair use", "Use that the law permits without leave."
    TEXT_AND_DATA_MINING = "text_and_data_mining", "Text and data mining", "A statutory exception for mining."
    PREEMPTION = "preemption", "Pre-emption", "A higher law displaces the claim."
    LICENCE = "licence", "Licence", "The use was licensed."
    JURISDICTION = "jurisdiction", "Jurisdiction", "This court may not decide it."
    LIMITATION = "limitation", "Limitation", "Brought too late."
    FREE_SPEECH = "free_speech", "Free speech", "The suit punishes protected speech (anti-SLAPP)."
    ARBITRATION = "arbitration", "Arbitration", "It was agreed to arbitrate."


class Remedy(Term):
    """What is asked of a court or of the other side."""

    ACTUAL_DAMAGES = "actual_damages", "Actual damages", "Compensation for the loss."
    STATUTORY_DAMAGES = "statutory_damages", "Statutory damages", "An amount that a statute sets."
    DAMAGES = "damages", "Damages", "Compensation whose kind is not stated."
    DISGORGEMENT = "disgorgement", "Disgorgement", "Handing over the gain."
    RESTITUTION = "restitution", "Restitution", "Giving back what was taken."
    INJUNCTION = "injunction", "Injunction", "An order to do or to stop."
    MODEL_DESTRUCTION = "model_destruction", "Destruction of models", "Destroying what was trained."
    DATA_DELETION = "data_deletion", "Deletion of data", "Deleting what was taken."
    AUDIT = "audit", "Audit", "An account of what was done with the data."
    DECLARATION = "declaration", "Declaration", "A finding of the rights."
    LICENCE_FEE = "licence_fee", "Licence fee", "Payment for the use."
    ATTRIBUTION = "attribution", "Attribution", "Naming the source."
    COSTS = "costs", "Costs", "The costs of the proceeding."


class DataType(Term):
    """What sort of data is fought over."""

    NEWS = "news", "News", "Journalism."
    BOOKS = "books", "Books", "Published books."
    SCHOLARLY = "scholarly", "Scholarly works", "Research articles."
    REFERENCE = "reference", "Reference works", "Encyclopaedias and dictionaries."
    LEGAL_EDITORIAL = "legal_editorial", "Legal editorial matter", "Headnotes and commentary."
    SOCIAL_POSTS = "social_posts", "Social posts", "Posts and comments of users."
    CODE = "code", "Code", "Source code."
    IMAGES = "images", "Images", "Photographs and pictures."
    COMPOSITIONS = "compositions", "Compositions", "Musical works."
    SOUND_RECORDINGS = "sound_recordings", "Sound recordings", "Recorded performances."
    LYRICS = "lyrics", "Lyrics", "Words of songs."
    VIDEO = "video", "Video", "Moving pictures."
    VOICE_LIKENESS = "voice_likeness", "Voice and likeness", "How a person sounds or looks."
    FACES = "faces", "Faces", "Face images and prints."
    PERSONAL_DATA = "personal_data", "Personal data", "Data about identifiable people."
    QUESTION_AND_ANSWER = "question_and_answer", "Questions and answers", "Answers given by users."
    API_STREAM = "api_stream", "API stream", "Data handed out through an interface."


class Use(Term):
    """What the data are used for."""

    PRETRAINING = "pretraining", "Pretraining", "Training a model from scratch."
    FINE_TUNING = "fine_tuning", "Fine-tuning", "Adapting a trained model."
    RETRIEVAL = "retrieval", "Retrieval", "Looking data up while answering."
    DISPLAY = "display", "Display", "Showing the data themselves."
    DATASET_DISTRIBUTION = "dataset_distribution", "Distribution of datasets", "Passing the data on."
    AGENT_ACCESS = "agent_access", "Access by agents", "Programs that act for users."


class Standing(Term):
    """How sure it is that an occurrence happened as recorded."""

    ALLEGED = "alleged", "Alleged", "Somebody says it of another; nobody has shown it."
    REPORTED = "reported", "Reported", "One source reports it, or all go back to one."
    CONFIRMED = "confirmed", "Confirmed", "Two independent sources, or a party's or court's own document."
    AWARDED = "awarded", "Awarded", "A court or authority decided it."
    DENIED = "denied", "Denied", "The one of whom it is said denies it."


class Stance(Term):
    """What an article says of the occurrence that it is evidence for."""

    SUPPORTS = "supports", "Supports", "The article reports it so."
    CONTRADICTS = "contradicts", "Contradicts", "The article reports it otherwise."


class Unit(Term):
    """What an amount of money is paid for."""

    MONTH = "month", "a month", "For each month."
    YEAR = "year", "a year", "For each year."
    CALL = "call", "a call", "For each call of an interface."
    THOUSAND_CALLS = "thousand_calls", "per 1,000 calls", "For each thousand calls of an interface."
    ITEM_READ = "item_read", "per item read", "For each post or record that is read."
    ITEM_CREATED = "item_created", "per item created", "For each post or record that is made."
    TERM = "term", "for the term", "For the whole term of an agreement."
    ONCE = "once", "once", "A single payment."
    WORK = "work", "a work", "For each work."
    VIOLATION = "violation", "a violation", "For each act that is complained of."


class Basis(Term):
    """Where an amount of money comes from."""

    CLAIMED = "claimed", "Claimed", "A party asks for it."
    REPORTED = "reported", "Reported", "The press gives it."
    DISCLOSED = "disclosed", "Disclosed", "A party published it, or its document became public."
    ESTIMATED = "estimated", "Estimated", "Somebody worked it out."
    AWARDED = "awarded", "Awarded", "A court or authority set it."


class Lane(Term):
    """The line of a timeline on which an event is drawn."""

    ACCESS = "access", "Access", "Who may reach the data, and at what price."
    DEMAND = "demand", "Demand", "What the sides say to each other and to the public."
    DEAL = "deal", "Deal", "Licences."
    COURT = "court", "Court", "Proceedings before courts."
    SETTLEMENT = "settlement", "Settlement", "Ends by agreement."
    REGULATOR = "regulator", "Regulator", "What authorities do."
    CURATION = "curation", "Curation", "What curators did to the record."
    PARTY = "party", "Party", "What is known of a party."


class Status(Term):
    """Where a dispute stands. Derived from its events, never typed in."""

    WATCHING = "watching", "Watching", "Nothing was demanded, filed or agreed yet."
    THREATENED = "threatened", "Threatened", "A threat or a demand was made."
    NEGOTIATING = "negotiating", "Negotiating", "The sides are said to talk."
    LICENSED = "licensed", "Licensed", "A licence is in force."
    UNDER_INQUIRY = "under_inquiry", "Under inquiry", "An authority inquires."
    STAYED = "stayed", "Stayed", "The proceeding waits for something else."
    PLEADINGS = "pleadings", "Pleadings", "Filed; the claims themselves are argued over."
    DISCOVERY = "discovery", "Discovery", "The sides gather evidence."
    SUMMARY_JUDGMENT = "summary_judgment", "Summary judgment", "A decision without trial is sought."
    TRIAL = "trial", "Trial", "The trial has begun."
    JUDGMENT_RESERVED = "judgment_reserved", "Judgment reserved", "Heard; the court considers its judgment."
    REFERRED = "referred", "Referred", "A higher court is asked how the law is to be read."
    ON_APPEAL = "on_appeal", "On appeal", "A higher court is asked."
    SETTLEMENT_PENDING = "settlement_pending", "Settlement pending", "Agreed, not yet final."
    SETTLED = "settled", "Settled", "Ended by agreement."
    DECIDED = "decided", "Decided", "A court or authority decided."
    DISMISSED = "dismissed", "Dismissed", "The court dismissed the case."
    WITHDRAWN = "withdrawn", "Withdrawn", "The party that sued gave it up."
    TRANSFERRED = "transferred", "Transferred", "Goes on as another proceeding, or as a part of one."
    DORMANT = "dormant", "Dormant", "Nothing for twelve months, nothing scheduled and nothing pending in court."

    @property
    def is_final(self) -> bool:
        """Whether a proceeding of this status is over."""
        return self in _FINAL

    @property
    def is_before_court(self) -> bool:
        """Whether a court has still to do something, so that silence alone ends nothing."""
        return self in _BEFORE_COURT

    @property
    def rank(self) -> int:
        """How far a proceeding has come; of several open ones the furthest names the dispute's status."""
        return _RANK[self]


_FINAL = frozenset({Status.SETTLED, Status.DECIDED, Status.DISMISSED, Status.WITHDRAWN, Status.TRANSFERRED})
_BEFORE_COURT = frozenset(
    {
        Status.STAYED,
        Status.PLEADINGS,
        Status.DISCOVERY,
        Status.SUMMARY_JUDGMENT,
        Status.TRIAL,
        Status.JUDGMENT_RESERVED,
        Status.REFERRED,
        Status.ON_APPEAL,
        Status.SETTLEMENT_PENDING,
    }
)
_RANK = {status: rank for rank, status in enumerate(Status)}

VOCABULARIES: dict[str, type[Term]] = {
    "kind": Kind,
    "party_kind": PartyKind,
    "role": Role,
    "claim": Claim,
    "claim_outcome": ClaimOutcome,
    "defence": Defence,
    "remedy": Remedy,
    "data_type": DataType,
    "use": Use,
    "standing": Standing,
    "stance": Stance,
    "unit": Unit,
    "basis": Basis,
    "lane": Lane,
    "status": Status,
}
"""Every controlled vocabulary under the name the API gives it."""
