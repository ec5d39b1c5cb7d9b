"""What docker/ gives to Prometheus and Grafana."""
