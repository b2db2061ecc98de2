"""Events about access: who may reach the data, on which terms, at what price."""

from disputes.events.base import EffectiveOccurrence, Line, Occurrence, PriceTier, Slug
from disputes.vocabulary import Lane


class TermsChanged(EffectiveOccurrence, name="terms_changed", label="Terms changed", lane=Lane.ACCESS):
    """The holder changed the terms on which its data may be used."""


class ApiPriceAnnounced(EffectiveOccurrence, name="api_price_announced", label="API price announced", lane=Lane.ACCESS):
    """The holder announced that, or how much, access through its interface costs."""

    holder: Slug | None = None
    tiers: tuple[PriceTier, ...] = ()


class PriceDisclosed(Occurrence, name="price_disclosed", label="Price disclosed", lane=Lane.ACCESS):
    """A price became known through somebody other than the holder."""

    holder: Slug | None = None
    tiers: tuple[PriceTier, ...] = ()


class AccessPaused(Occurrence, name="access_paused", label="Access paused", lane=Lane.ACCESS):
    """Access was limited or suspended."""


class AccessRevoked(Occurrence, name="access_revoked", label="Access revoked", lane=Lane.ACCESS):
    """Access was ended."""


class AccessRestored(Occurrence, name="access_restored", label="Access restored", lane=Lane.ACCESS):
    """Access that had been paused or ended was given again."""


class CrawlerBlocked(Occurrence, name="crawler_blocked", label="Crawler blocked", lane=Lane.ACCESS):
    """The holder shut crawlers out, by robots.txt or technically."""


class ScrapingAlleged(Occurrence, name="scraping_alleged", label="Scraping alleged", lane=Lane.ACCESS):
    """Somebody was publicly said to have taken data without leave."""


class ProductRemoved(EffectiveOccurrence, name="product_removed", label="Product removed", lane=Lane.ACCESS):
    """A company dropped the other side's platform from a product of its own."""

    product: Line | None = None
