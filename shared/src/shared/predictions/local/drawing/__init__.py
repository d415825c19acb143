"""The illustrator: from a description of somebody to a painted bust portrait. Pillow and the standard library only."""
