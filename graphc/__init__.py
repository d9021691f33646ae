"""graphc: declare a network as a static graph, compile it, train it, see every stage."""
