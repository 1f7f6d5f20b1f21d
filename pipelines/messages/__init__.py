"""Messages to administrators, by a webhook of Teams and by mail. What is said is orchestration/telling.py."""
