"""Reading the pages of articles of which feeds carry a summary only.

`enlisting` says which pages are to be read; `pages` reads what is due, one page of a host at a time (`turns`),
after robots.txt and never where the operator's rules or the publisher forbid it. What stands in the place of a text,
such as a paywall, is recognised (`walls`) and kept as the reason why there is none. Nothing is imported here, since
the child process that reads pages knows no Django.
"""
