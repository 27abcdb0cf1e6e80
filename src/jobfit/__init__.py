"""Person-job matching that can be trained, controlled, explained and audited."""
