"""Tests of the CTI client, which need nothing of Home Assistant."""
