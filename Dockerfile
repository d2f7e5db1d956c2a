# One image for every part; compose.yaml says which part each container is.
FROM python:3.12-slim

# C extensions come as wheels; nothing is compiled here.
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements.txt ./
RUN python -m pip install --requirement requirements.txt \
    && useradd --system --uid 10001 --home-dir /data --create-home huixiang
COPY wsgi.py ./
COPY config ./config
COPY bot ./bot
COPY replies ./replies
COPY handlers ./handlers

# Caches and pictures; with the embedded Redis (no REDIS_URL) the data too.
ENV BOT_DATA_DIR=/data BOT_HOST=0.0.0.0 BOT_PORT=8000 BOT_LOG_FORMAT=json
VOLUME /data
USER huixiang
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["python", "-m", "bot", "run"]
