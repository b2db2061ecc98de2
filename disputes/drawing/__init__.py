"""Timelines drawn to scale: from occurrences to geometry, which a template writes down as SVG. Pure."""

from disputes.drawing.drawing import Break, Drawing, DrawnLane, Shape, Tick, draw
from disputes.drawing.plotting import Label, Mark, Plotted
from disputes.drawing.scale import Scale

__all__ = ["Break", "Drawing", "DrawnLane", "Label", "Mark", "Plotted", "Scale", "Shape", "Tick", "draw"]
