"""What is drawn in the cut: transitions, lettering, fitted clips, moving stills and matched colour.

Frames are uint8 arrays of shape (height, width, 3), RGB, C-contiguous.
"""
