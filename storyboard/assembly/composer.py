"""The seam to MoviePy: the strips of a piece as MoviePy clips, drawn frame by frame by functions of ours.

MoviePy's own sources, compositing and effects are not used, for what they cost: they decode through a second process
from the file's beginning, blend in floating point, and carry a mask over every frame. A ``VideoClip`` with a frame
function is what is left of it, and all that a strip needs.
"""
