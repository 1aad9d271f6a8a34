FROM node:24-slim AS base
WORKDIR /app
COPY package.json package-lock.json ./

# The page needs Vite to build; what it builds needs nothing.
FROM base AS page
RUN npm ci
COPY tsconfig.json vite.config.ts ./
COPY protocol protocol
COPY client client
RUN npm run build

FROM base
ENV NODE_ENV=production
# WebRTC comes as an optional dependency, and so does the compiler, which one library can do without.
RUN npm ci --omit=dev && npm cache clean --force \
  && rm -rf node_modules/typescript node_modules/@typescript node_modules/.bin/tsc
COPY protocol protocol
COPY signal signal
COPY seed seed
COPY client client
COPY skerry*.ts ./
COPY --from=page /app/dist dist
# A new volume takes its owner from the folder it covers, so that nothing has to run as root.
RUN install -d -o node -g node -m 0700 /data /invitations
USER node
EXPOSE 8080
VOLUME /data
ENTRYPOINT ["node", "skerry.ts"]
CMD ["--help"]
