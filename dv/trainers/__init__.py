"""Trainers: what the course teaches, a critic that climbs a bound by minibatches and Adam."""
