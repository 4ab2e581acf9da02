"""What the case language means, told a second time.

Written from the reference and the mathematics page alone, and sharing nothing with ``lackmus``: its
own parser, fractions, and histories told depth first. It is slow and plain on purpose.
"""
