"""Steps on other machines: workers of Celery, pods of Kubernetes. Imported only when chosen."""
