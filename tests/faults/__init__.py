"""Tests of what goes wrong: nothing lost, nothing twice, nobody else hurt."""
