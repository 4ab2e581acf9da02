"""The workbench: text beside case beside answers, alive in the browser.

The *desk* keeps one case warm and answers; the *session* is what one opened case means (its file,
its sources, its desk); the *server* is the door, and decides who may come in.
"""
