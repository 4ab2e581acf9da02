"""The workbench: text beside case beside answers, alive in the browser.

*What-if* keeps one case warm and answers; the *session* is what one opened case means (its file,
its sources, what is asked of it); the *server* is the door, and decides who may come in.
"""
