// Loaded after htmx and before it starts: it writes a style into the page otherwise, which the policy refuses.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.selfRequestsOnly = true;
