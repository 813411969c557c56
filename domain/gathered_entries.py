"""Contacts and attendance, most of what a case consists of, gathered while it is folded and folded in a row."""

from __future__ import annotations

from domain import coaching as coachings
from domain import course as courses
from domain.attendance import AttendanceRecorded
from domain.coaching import CoachingState
from domain.contact import ContactAttempted, ContactHeld
from domain.course import CourseState


class GathersEntries:
    """The coaching and the course of a case being folded. What was gathered is folded when somebody looks at them."""

    __slots__ = ("_attendance", "_coaching", "_contacts", "_course")

    _coaching: CoachingState
    _course: CourseState

    def __init__(self) -> None:
        self._contacts: list[tuple[ContactHeld | ContactAttempted, int]] = []
        self._attendance: list[tuple[AttendanceRecorded, int]] = []

    @property
    def coaching(self) -> CoachingState:
        """The coaching after everything so far."""
        if self._contacts:
            self._coaching = coachings.met(self._coaching, self._contacts)
            self._contacts = []
        return self._coaching

    @coaching.setter
    def coaching(self, state: CoachingState) -> None:
        """Take ``state`` in its place."""
        self._coaching = state

    @property
    def course(self) -> CourseState:
        """The course after everything so far."""
        if self._attendance:
            self._course = courses.attended(self._course, self._attendance)
            self._attendance = []
        return self._course

    @course.setter
    def course(self, state: CourseState) -> None:
        """Take ``state`` in its place."""
        self._course = state

    def met(self, event: ContactHeld | ContactAttempted, version: int) -> None:
        """Gather a contact; ``version`` is its place in the stream."""
        self._contacts.append((event, version))

    def attended(self, event: AttendanceRecorded, version: int) -> None:
        """Gather attendance; ``version`` is its place in the stream."""
        self._attendance.append((event, version))
