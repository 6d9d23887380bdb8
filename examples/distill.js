// Trains one student of a teacher and saves it:   node examples/distill.js
import { distill, losses, students, teachers } from "kd-sweep";

console.log(
  `losses ${losses.names().join(", ")}; students ${students.names().join(", ")}; ${teachers.names().length} teachers`,
);
const student = await distill({
  dataset: { name: "petals", imageSize: 24 },
  teacher: { backbone: "convnet_s", epochs: 3 },
  loss: { type: "kd", temperature: 4 },
  training: { epochs: 3 },
  onEpoch: ({ epoch, val_accuracy }) => console.log(`epoch ${epoch}: ${(100 * val_accuracy).toFixed(1)} %`),
});
console.log(
  `agrees with its teacher on ${(100 * student.metrics.val_agreement).toFixed(1)} % of the validation images`,
);
student.save("my-student");
