import type { Archive } from '../archive/model.ts';
import type { EngineHandle } from '../engines/engine-model.ts';
import type { STORE_SAVERS } from '../engines/savers/savers.ts';

/** The fixtures of `test`. All of them use the engine, which is started when a test first asks for one of them. */
export interface ImageFixtures {
  /**
   * Name of the engine to start, of those that `scratch-conformance engine list` shows; set it for a file with
   * `test.override({ recipe: 'docker-28' })`. Default: the variable `SCRATCH_ENGINE`; else `DOCKER_HOST`, the docker
   * context or the default socket, and where no engine answers there, one of the suite's own.
   */
  readonly recipe: string | undefined;
  /** The engine. testcontainers talks to it too. What is built and run on it goes when the file has ended. */
  readonly engine: SpecEngine;
  /** An empty folder, which goes with the engine. */
  readonly folder: string;
  /** A name for an image of this test, which nobody else's image has. */
  readonly tag: string;
  /**
   * Builds a folder with a Dockerfile, relative to the working directory, and answers the name of the image. Rejects
   * with the reason of the builder.
   */
  readonly build: (context: string, options?: BuildOptions) => Promise<string>;
  /**
   * Runs the image without network, as `docker run --rm` does, and removes the container. One that ends well and prints
   * nothing is run again, up to four times: some engines lose the output of short programs. In place of an image it
   * takes what starts a container of testcontainers: `() => new GenericContainer(image).start()`; the options are then
   * the container's own.
   */
  readonly run: (image: string | StartContainer, options?: ContainerRunOptions) => Promise<ContainerRun>;
  /** Saves the image and reads the archive; its file is `archive.source`, in `folder`. */
  readonly save: (image: string, options?: SaveOptions) => Promise<Archive>;
}

export type SpecEngine = Pick<EngineHandle, 'name' | 'family' | 'origin' | 'dockerHost' | 'stack'>;

/** Builders that take any folder, the first that an engine has being the default. */
export const SPEC_BUILDERS = ['docker-build', 'podman-build', 'buildah', 'buildx', 'testcontainers'] as const;
export type SpecBuilder = (typeof SPEC_BUILDERS)[number];

export interface BuildOptions {
  /** Default: the first that the engine has of `docker-build`, `podman-build`, `buildah`, `buildx`, `testcontainers`. */
  readonly builder?: SpecBuilder;
  /** Default: a name of its own for each build. Another one stays on an engine that the suite did not start. */
  readonly tag?: string;
  /** `false`: every step is executed, whatever is cached. */
  readonly cache?: boolean;
}

export interface ContainerRunOptions {
  /** With a terminal, as `docker run -ti`: all output is `stdout`, its lines end in CRLF. */
  readonly tty?: boolean;
}

/** Starts one container of testcontainers, anew at each call. */
export type StartContainer = () => Promise<{ getId(): string; stop(): Promise<unknown> }>;

export interface ContainerRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SaveOptions {
  /** Default: the first that the engine has. */
  readonly saver?: SpecSaver;
}
export type SpecSaver = (typeof STORE_SAVERS)[number];
