"""A synthetic locality to look round in. Everybody in it is invented."""
