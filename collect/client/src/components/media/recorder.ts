/** Records sound from the microphone, with pause, time and loudness. Nothing of Vue but refs. */
import { ref, shallowRef } from 'vue';

export type RecorderState = 'idle' | 'recording' | 'paused';
const KINDS = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus'];
/** Speech is clear at this rate, and an hour has 21 MB. */
const BITS_PER_SECOND = 48_000;
const SLICE_MS = 2000;
const TICK_MS = 200;

/** Loudness 0 to 1 of a stream; null where the browser cannot tell. */
function meterOf(stream: MediaStream): { level(): number; close(): void } | null {
  if (typeof AudioContext === 'undefined') return null;
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return {
    level() {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      // Speech lies about 30 dB below the loudest; the square root makes it visible.
      return Math.min(1, Math.sqrt(Math.sqrt(power)) * 1.5);
    },
    close: () => void context.close(),
  };
}

const switchOff = (stream: MediaStream) => stream.getTracks().forEach((track) => track.stop());

export class SoundRecorder {
  readonly state = ref<RecorderState>('idle');
  readonly seconds = ref(0);
  readonly level = ref(0);
  private readonly recorder = shallowRef<MediaRecorder | null>(null);
  private pieces: Blob[] = [];
  private tick: ReturnType<typeof setInterval> | undefined;
  private meter: ReturnType<typeof meterOf> = null;
  private last = 0;
  private stopping: Promise<Blob | null> | null = null;
  private over = false;

  static supported(): boolean {
    return typeof MediaRecorder !== 'undefined' && Boolean(navigator.mediaDevices?.getUserMedia);
  }

  /** Asks for the microphone and begins. Throws the browser's error when it is refused or cannot be recorded from. */
  async start(): Promise<void> {
    if (this.over) return;
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    try {
      // The person may have gone on while the browser asked them.
      if (!this.over) this.begin(stream);
    } finally {
      if (this.state.value === 'idle') switchOff(stream);
    }
  }

  private begin(stream: MediaStream): void {
    const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
    const recorder = new MediaRecorder(stream, { audioBitsPerSecond: BITS_PER_SECOND, ...(mimeType && { mimeType }) });
    this.pieces = [];
    this.stopping = null;
    recorder.addEventListener('dataavailable', (event) => {
      if (event.data.size > 0) this.pieces.push(event.data);
    });
    recorder.start(SLICE_MS);
    this.recorder.value = recorder;
    this.meter = meterOf(stream);
    this.seconds.value = 0;
    this.last = performance.now();
    this.state.value = 'recording';
    this.tick = setInterval(() => this.count(), TICK_MS);
  }

  /** Nothing begins any more: the page is left. What is being recorded goes on until `stop`. */
  close(): void {
    this.over = true;
  }

  private count(): void {
    const now = performance.now();
    if (this.state.value === 'recording') {
      this.seconds.value += (now - this.last) / 1000;
      this.level.value = this.meter?.level() ?? 0;
    } else {
      this.level.value = 0;
    }
    this.last = now;
  }

  pause(): void {
    this.count();
    this.recorder.value?.pause();
    this.state.value = 'paused';
  }

  resume(): void {
    this.count();
    this.recorder.value?.resume();
    this.state.value = 'recording';
  }

  /** What was recorded until now, playable as it is; null while there is nothing. */
  soFar(): Blob | null {
    return this.pieces.length > 0 ? new Blob(this.pieces, { type: this.type }) : null;
  }

  private get type(): string {
    return this.recorder.value?.mimeType.split(';')[0] || 'audio/webm';
  }

  /** Ends and gives what was recorded; null when there is nothing. */
  stop(): Promise<Blob | null> {
    this.stopping ??= this.finish();
    return this.stopping;
  }

  private async finish(): Promise<Blob | null> {
    const recorder = this.recorder.value;
    if (!recorder) return null;
    clearInterval(this.tick);
    if (recorder.state !== 'inactive') {
      const ended = new Promise((resolve) => recorder.addEventListener('stop', resolve, { once: true }));
      recorder.stop();
      await ended;
    }
    switchOff(recorder.stream);
    this.meter?.close();
    this.meter = null;
    const recorded = this.soFar();
    this.pieces = [];
    this.recorder.value = null;
    this.state.value = 'idle';
    return recorded;
  }
}
