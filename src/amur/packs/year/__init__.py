"""What ``demonstration.yaml`` says of a whole year: who comes, how much of it is late and why, and the guided tour."""
