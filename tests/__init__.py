"""Tests of the Grandstream GSC integration."""
