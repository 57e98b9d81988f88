# mcp-ssh in a container. Every step of using it: docs/portainer-deployment.md.
#
# A digest in place of the tag (docker build --build-arg DEBIAN=debian@sha256:...) makes the base the same for ever.
ARG DEBIAN=docker.io/library/debian:12-slim

FROM ${DEBIAN} AS build
# Debug information and caches know where the sources are; nothing else depends on it.
ARG SOURCE=/src
WORKDIR ${SOURCE}
# One list of what the build needs, the one developers use.
COPY dev ./
RUN ./dev setup build
COPY . ./
# Compilers' caches know the language of messages.
ARG LANG=C.UTF-8
RUN ./dev build && install -D --strip build/release/mcp-ssh /out/mcp-ssh

FROM ${DEBIAN}
LABEL org.opencontainers.image.title="mcp-ssh" \
      org.opencontainers.image.description="SSH access for AI assistants over MCP, governed" \
      org.opencontainers.image.licenses="MIT"
# What the program is linked with, and the authorities that sign an authorization server's certificate (OAuth).
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      ca-certificates libboost-json1.81.0 libfmt9 libnewt0.52 libpcre2-8-0 libspdlog1.10 libssh-4 libssl3 libstdc++6 libyaml-cpp0.7 zlib1g \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/ldconfig/* /var/log/* \
 && install -d -m 0755 /etc/mcp-ssh \
 && install -d -m 0700 -o 1000 -g 1000 /home/mcp-ssh /home/mcp-ssh/.ssh /var/lib/mcp-ssh
COPY --from=build /out/mcp-ssh /usr/bin/mcp-ssh
# Configuration in /etc/mcp-ssh, keys and known_hosts in ~/.ssh, the record and everything else it writes in /var/lib/mcp-ssh.
ENV HOME=/home/mcp-ssh XDG_STATE_HOME=/var/lib MCP_AUDIT_LOG=/var/lib/mcp-ssh/audit.jsonl MCP_SSH_CONFIG=/etc/mcp-ssh/hosts.yaml \
    MCP_TRANSPORT=http MCP_HOST=0.0.0.0 MCP_PORT=8000
USER 1000:1000
WORKDIR /home/mcp-ssh
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s --retries=3 CMD ["/usr/bin/mcp-ssh", "healthcheck"]
ENTRYPOINT ["/usr/bin/mcp-ssh"]
CMD ["serve"]
