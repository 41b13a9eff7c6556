import { judgeScenario } from '../../helpers/runner/scenarios.ts';

// Ten saves of an image of eight different layers keep its order.
judgeScenario('layer-order');

// Two saves of one image, in different seconds: the same bytes, or not.
judgeScenario('save-twice');
judgeScenario('save-twice-repeated-layer');

// Whatever names the image: tag, ID or digest.
judgeScenario('save-selectors');

// Out, in, and out again.
judgeScenario('save-load-save');

// FROM scratch and a command, and nothing else.
judgeScenario('no-layers');

// Two images in one archive, neither with a name.
judgeScenario('two-untagged-images');

// A file replaced by another of the same size and time.
judgeScenario('same-size-same-time');

// An exporter writes a whole archive, or refuses and leaves nothing.
judgeScenario('export');

// The same sources and SOURCE_DATE_EPOCH, twice: files, then folders that the build itself makes.
judgeScenario('reproducible');
judgeScenario('reproducible-folders');
