using MGLMM.Conversion.Checkpoints;

namespace MGLMM.Conversion.Families;

/// <summary>
/// A CLIP tower inside a checkpoint. The families' own code loads the tower from its own folder and drops what the checkpoint holds of
/// it, unless config.json says that it was trained too.
/// </summary>
internal static class TunedTower
{
    private const string Prefix = "model.vision_tower.";

    /// <summary>Relative difference up to which two weights are one number, rounded to bf16 or fp16 on the way.</summary>
    private const float RoundingTolerance = 1f / 256;

    /// <summary>Whether the tensor is of a tower inside the checkpoint.</summary>
    public static bool IsPart(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The tower to convert.</summary>
    /// <param name="what">The checkpoint, as a sentence begins.</param>
    /// <param name="configuration">Its config.json.</param>
    /// <param name="tensors">Its tensors.</param>
    /// <param name="given">The tower of <c>--vision-tower</c>.</param>
    /// <param name="compare">Whether the weights of both are there to be compared; they are not while they arrive.</param>
    /// <param name="remarks">Receives which one was taken, where there was a choice.</param>
    public static WeightSource Choose(
        string what, CheckpointConfiguration configuration, IReadOnlyDictionary<string, CheckpointTensor> tensors, WeightSource given, bool compare, List<string> remarks)
    {
        WeightSource inside = new(
            $"The vision tower inside {char.ToLowerInvariant(what[0])}{what[1..]}",
            "config.json says that it was trained (unfreeze_mm_vision_tower), so the given tower cannot stand in for it. Check that all shards are there.",
            TensorNames.OfTower(tensors.Where(pair => IsPart(pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal)));
        bool isInside = inside.Names.Any();
        if (WasTrained(configuration))
        {
            remarks.Add(isInside
                ? "The vision tower inside the checkpoint is used, as config.json says that it was trained; of the given folder, only the settings."
                : "config.json says that the vision tower was trained, but the checkpoint holds none: the given one is used. If that is not the trained one, answers will be wrong.");
            return isInside ? inside : given;
        }

        if (isInside && !compare)
        {
            remarks.Add("The vision tower inside the checkpoint is not read, and was not compared: the one that config.json names is used, as the model's own code does. 'mglmm convert' compares them.");
        }
        else if (isInside)
        {
            remarks.Add(Difference(inside, given) is { } name
                ? $"The vision tower inside the checkpoint is another than the given one ({CheckpointFormatException.Quote(name)} differs). The given one is used, as the model's own code does: config.json does not say unfreeze_mm_vision_tower."
                : "The vision tower inside the checkpoint is the given one.");
        }

        return given;
    }

    private static bool WasTrained(CheckpointConfiguration configuration) =>
        configuration.Flag("unfreeze_mm_vision_tower") == true
        || configuration.Text("mm_tunable_parts")?.Split(',').Any(part => part.Trim() == "mm_vision_tower") == true
        || configuration.List("mm_tunable_parts").Any(part => configuration.Text(part) == "mm_vision_tower");

    /// <summary>The first tensor of the tower inside that is not the given one's up to rounding.</summary>
    private static string? Difference(WeightSource inside, WeightSource given)
    {
        foreach (string? name in inside.Names.Where(name => name.StartsWith("vision_model.", StringComparison.Ordinal) && inside.Stored(name).Kind.IsPlainFloat()).Order(StringComparer.Ordinal))
        {
            if (!given.Has(name) || !inside.Shape(name).SequenceEqual(given.Shape(name)) || Differs(inside.Stored(name), given.Stored(name)))
            {
                return name;
            }
        }

        return null;
    }

    private static bool Differs(CheckpointTensor one, CheckpointTensor other)
    {
        const int Band = 1 << 20;
        (float[] left, float[] right) = (new float[Math.Min(Band, one.ElementCount)], new float[Math.Min(Band, one.ElementCount)]);
        for (long start = 0L; start < one.ElementCount; start += Band)
        {
            int count = (int)Math.Min(Band, one.ElementCount - start);
            one.ReadFloats(start, left.AsSpan(0, count));
            other.ReadFloats(start, right.AsSpan(0, count));
            for (int index = 0; index < count; index++)
            {
                // Written so that NaN differs from everything.
                if (!(MathF.Abs(left[index] - right[index]) <= RoundingTolerance * MathF.Max(MathF.Abs(left[index]), MathF.Abs(right[index])) + 1e-7f))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
