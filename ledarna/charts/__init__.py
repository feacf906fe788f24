"""Charts: from derived figures to a Vega-Lite specification, and from that to SVG.

``drawing`` turns a specification into SVG and keeps it by its digest; ``look`` is how all of them look;
``chart`` what a chart consists of. ``finance``, ``members`` and ``board`` each say what is drawn.
"""
