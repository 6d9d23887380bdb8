import { stringify } from "yaml";

/** Photos that a first sweep is written for. */
export interface PhotoSet {
  /** As the sweep file names the folder: absolute, or relative to the file's own folder. */
  readonly path: string;
  readonly classes: number;
  readonly images: number;
  /** The median of the images' shorter sides, in pixels. */
  readonly shortSide: number;
  /** What an image array may take, in bytes. */
  readonly memory: number;
}

/** The least side that MobileNetV2's ImageNet weights were trained with. */
const pretrainedSide = 96;
/** Image sides for a teacher from scratch, from the largest to the least. More gains accuracy, and takes time with its square. */
const scratchSides = [64, 48, 32];
/** So many images are enough to train a small teacher from scratch. */
const scratchFrom = 2000;
/** From so many images on, and so many of each class, a part is kept for the test. */
const testedFrom = { images: 400, ofEach: 20 };
/** Of the photos, to train with. */
const trainShare = 0.7;
/** About as many steps train a student, where that is no more than 40 epochs. */
const steps = 800;

/**
 * A sweep file for a folder of photos, each setting explained: hard labels against distillation, on a small student.
 * @param name of the study
 * @param file the sweep file's own path, for its comments
 */
export function firstSweep(photos: PhotoSet, name: string, file: string): string {
  const { images, classes, shortSide, path } = photos;
  const fits = (side: number): boolean => images * side * side * 3 <= photos.memory;
  const pretrained = images < scratchFrom && shortSide >= pretrainedSide && fits(pretrainedSide);
  const side = pretrained ? pretrainedSide : (scratchSides.find((each) => each <= shortSide && fits(each)) ?? 32);
  const tested = images >= testedFrom.images && images >= testedFrom.ofEach * classes;
  const batchSize = images >= 1000 ? 64 : images >= 200 ? 32 : 16;
  const epochs = Math.min(40, Math.max(10, Math.round((steps * batchSize) / (trainShare * images))));
  const taken = epochs * Math.ceil(Math.round(trainShare * images) / batchSize);
  const command = `kd-sweep run ${quoted(file)}`;
  return `# What a teacher adds to a small student on these photos: hard labels alone against distillation.
#   kd-sweep plan ${quoted(file)}   what a run would do
#   ${command}    runs it, or goes on with it after a stop; results in results/${name}
# Any key can be tried without a change here:  ${command} --name longer --set training.epochs=${2 * epochs}
name: ${stringify(name, { lineWidth: 0 }).trimEnd()} # names the study and its folder
method: grid # every combination of the parameters below
metric: { name: val_accuracy, goal: maximize } # what ranks the configurations
seeds: 3 # each configuration is trained three times: below that there is no interval to judge a difference by

dataset:
  name: image_folder
  path: ${yamlText(path)} # one folder per class; absolute, or relative to this file
  # ${sideReason(side, shortSide, fits)}
  imageSize: ${side}
  stratified: true # each class is split in the same shares
  trainFraction: ${trainShare} # of the photos train the students; the rest measures them
${testLines(tested)}
${pretrained ? pretrainedTeacher : scratchTeacher}
student: { type: shallow } # the small network that learns; deep has more layers and takes photos of 58 px and more

training:
  epochs: ${epochs} # passes over the photos, about ${taken} steps in all; the report says where more would have helped
  batchSize: ${batchSize} # photos a step

parameters:
  loss.type: # what the student learns from:
    values: [hard, kd, kd_ce] # the labels | the teacher | the teacher and the labels, weighted 0.9 to 0.1
  # loss.temperature: # how soft the teacher's answers are made (5 otherwise); each value is one more configuration
  #   values: [2, 5, 10]
  #   when: { loss.type: kd }

baseline: { loss.type: hard } # what the others are compared with: the student without a teacher
`;
}

function sideReason(side: number, shortSide: number, fits: (side: number) => boolean): string {
  const reason = scratchSides.some((each) => each > side && each <= shortSide && !fits(each))
    ? "more would fill the memory"
    : side < 64
      ? `half of them have no more than ${shortSide} px`
      : "more, up to 224, gains accuracy, and takes time with the square";
  return `the side that photos are brought to: ${reason}`;
}

function testLines(tested: boolean): string {
  return tested
    ? "  testFraction: 0.15 # neither trains nor chooses: its accuracy in trials.csv is that of photos never looked at\n"
    : "  # No test split, for there are few photos: what is chosen by the validation photos looks better on them than it is.\n" +
        "  # testFraction: 0.15\n";
}

const scratchTeacher = `# A small convolutional network, trained here from scratch: nothing to download. Or MobileNetV2 on ImageNet weights (9 MB
# that a run downloads), for imageSize 96 and more:
#   teacher: { backbone: mobilenet_v2_1.0, trainable: head, learningRate: 0.001 }
teacher: { backbone: convnet_s }
`;

const pretrainedTeacher = `teacher:
  backbone: mobilenet_v2_1.0 # starts from ImageNet weights, which a run downloads (9 MB): few photos train no teacher alone
  # Where they cannot be downloaded: a copy of Keras's weight file, or of the folder that holds it. A run names the file.
  # weights: mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_${pretrainedSide}_no_top.h5
  # Or a teacher from scratch, with nothing to download: remove this block and write  teacher: { backbone: convnet_s }
  trainable: head # its last layer alone learns your classes: minutes. all, with learningRate 1e-5, takes hours
  learningRate: 0.001
  epochs: 5
`;

/** In double quotes, whatever it holds, on one line. */
function yamlText(text: string): string {
  return stringify(text, { defaultStringType: "QUOTE_DOUBLE", doubleQuotedAsJSON: true, lineWidth: 0 }).trimEnd();
}

/** A path for a comment's command: as a shell takes it, or where it has odd letters a word in its place. */
function quoted(file: string): string {
  if (/^[\w./@%+=][\w./@%+=-]*$/.test(file)) return file;
  return /^[\p{L}\p{N} \w./@%+=-]+$/u.test(file) && !file.startsWith("-") ? `'${file}'` : "this-file.yaml";
}
