//! The owner of the data: public REST, media; serves the backend port over gRPC and relays the outbox to the bus.
