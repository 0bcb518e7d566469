# The command as a container image: the bundle on Node.js, and nothing else. Build the bundle first: npm ci && docker build .
FROM gcr.io/distroless/nodejs24-debian13:nonroot@sha256:774b7d020b24214835769e24c3544835526cd0288f0b094eae48e8b2c2429a79
LABEL org.opencontainers.image.title="handshake13" \
      org.opencontainers.image.description="Audits how a WebSocket server handles Sec-WebSocket-Version in the opening handshake" \
      org.opencontainers.image.source="https://github.com/handshake13/handshake13" \
      org.opencontainers.image.licenses="MIT"
COPY package.json LICENSE /handshake13/
COPY dist/bin /handshake13/dist/bin/
# The number, so that Kubernetes sees that it is not root. As another user it works too: docker run --user.
USER 65532:65532
# Where files are mounted.
WORKDIR /work
ENTRYPOINT ["/nodejs/bin/node", "/handshake13/dist/bin/handshake13.js"]
