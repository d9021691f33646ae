"""graphc's version, also that of the distribution: reading it from there would cost every start a twentieth."""

VERSION = "0.1.0"
