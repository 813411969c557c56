"""Time: durable workflows that queue the commands of a case and sleep towards its next date; they hold no truth."""
