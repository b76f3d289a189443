//! A class_weight dictionary for TensorFlow and Keras.

use super::SnippetSource;

pub(super) fn render(source: &SnippetSource<'_>, weights: &[f64]) -> String {
    let heading = source.python_heading();
    let dictionary = source.python_weights_by_index("class_weight", weights);
    format!(
        r#""""Class weights for TensorFlow and Keras."""
from tensorflow import keras

{heading}{dictionary}
# In training:
#     model.compile(loss=loss, optimizer=…)
#     model.fit(features, labels, class_weight=class_weight)
# Reduction: batch mean, Σ w·l / B. Keras calls it "sum_over_batch_size"; it is the default.
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="sum_over_batch_size")


def batch_mean(logits, labels):
    """What fit(..., class_weight=class_weight) minimises on a batch; labels from 0."""
    return loss(labels, logits, sample_weight=[class_weight[int(label)] for label in labels])
"#
    )
}
