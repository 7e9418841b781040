# A database for the service where no registry is available: Debian's PostgreSQL, with the same variables as the
# official image that compose.yaml uses. `docker/build postgres` prepares the context: system/ (the
# parts of Debian that it needs) and data/, socket/ (empty).
FROM scratch
COPY system /
COPY postgres-start /usr/bin/
COPY --chown=999:999 data /var/lib/postgresql/data
COPY --chown=999:999 socket /var/run/postgresql
ENV PATH=/usr/lib/postgresql/15/bin:/usr/bin:/bin \
    PGDATA=/var/lib/postgresql/data/pgdata \
    LANG=C.UTF-8
USER 999:999
VOLUME /var/lib/postgresql/data
STOPSIGNAL SIGINT
ENTRYPOINT ["/usr/bin/postgres-start"]
CMD ["postgres"]
