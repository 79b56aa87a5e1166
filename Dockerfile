# The server on CPU. docs/serving.md tells how to build and run it.
#
#   docker build -t stance .
#   docker run --rm --read-only --tmpfs /tmp -p 127.0.0.1:8000:8000 -v "$PWD/models:/models:ro" stance

# 1. Install into a virtual environment. Whatever building needs stays behind in this stage.
FROM python:3.13.13-slim-trixie AS install
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/stance
ENV PATH=/opt/stance/bin:$PATH
# PyPI's torch for Linux brings several GB of CUDA libraries. PyTorch's own index has the same releases for CPU alone
# ("2.13.0+cpu"). torch is asked for by itself and from that index only, instead of adding the index to PyPI with
# --extra-index-url: so everything but torch and the few packages it needs comes from PyPI, whatever that index offers.
COPY pyproject.toml /src/
RUN sed -nE 's/^ *"(torch[><=].*)",.*/\1/p' /src/pyproject.toml > /torch.txt && test -s /torch.txt \
    && pip install --index-url https://download.pytorch.org/whl/cpu --requirement /torch.txt
COPY README.md LICENSE /src/
COPY src /src/src
RUN pip install "/src[serve]"

# 2. What runs: Python, the environment, and a user without rights.
FROM python:3.13.13-slim-trixie
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin stance
COPY --from=install /opt/stance /opt/stance
# Models are mounted at /models (-v "$PWD/models:/models:ro"). To bake them in instead: COPY models /models
ENV PATH=/opt/stance/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    HF_HUB_OFFLINE=1 \
    STANCE_MODELS=/models \
    STANCE_HOST=0.0.0.0 \
    STANCE_PORT=8000
USER 10001:10001
WORKDIR /tmp
EXPOSE 8000
# Loading the models takes some seconds; until then nobody listens.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['STANCE_PORT'] + '/healthz', timeout=4)"]
# In this form the server is process 1 and gets SIGTERM from `docker stop`: it answers what it has in hand, then ends.
STOPSIGNAL SIGTERM
ENTRYPOINT ["stance", "serve"]
