using System.Text.RegularExpressions;

namespace MGLMM.Conversion.Checkpoints.Folders;

/// <summary>Why a folder holds no checkpoint that is read, and the way out: what people have in place of one.</summary>
internal static partial class MissingWeights
{
    private static readonly string[] WeightExtensions = [".safetensors", ".bin", ".pth", ".pt", ".ckpt"];

    /// <summary>Two sentences or three: what is there instead, and what to do.</summary>
    /// <param name="folder">A folder in which none of <paramref name="layouts"/> was found.</param>
    /// <param name="layouts">The file names that would have been read.</param>
    public static string Describe(string folder, IReadOnlyList<(string Single, string Index)> layouts)
    {
        string[] files = Names(Directory.EnumerateFiles(folder));
        string[] folders = Names(Directory.EnumerateDirectories(folder));
        return FolderInPlaceOfFile(folders, layouts)
            ?? Adapter(files)
            ?? ShardsWithoutIndex(files)
            ?? TrainingState(files, folders)
            ?? OtherFormats(files)
            ?? OtherNames(files)
            ?? $"none of {string.Join(", ", layouts.SelectMany(layout => new[] { layout.Single, layout.Index }))} is there. "
                + "Give the folder of a Hugging Face checkpoint.";
    }

    private static string? FolderInPlaceOfFile(string[] folders, IReadOnlyList<(string Single, string Index)> layouts)
    {
        string? name = layouts.SelectMany(layout => new[] { layout.Single, layout.Index }).FirstOrDefault(folders.Contains);
        return name is null
            ? null
            : $"'{name}' is a folder, not a file (DeepSpeed's zero_to_fp32.py makes one since 0.15.3). Move what lies in it up, next to config.json; "
                + $"if it holds one file, that file is '{name}', if it holds shards, their index comes with them.";
    }

    private static string? Adapter(string[] files) =>
        files.FirstOrDefault(name => name is "adapter_model.bin" or "adapter_model.safetensors" or "adapter_config.json") is { } found
            ? $"it holds a LoRA adapter ('{found}') and no model. Merge the adapter into its base model and save the whole: "
                + "model = PeftModel.from_pretrained(base, folder).merge_and_unload(); model.save_pretrained(merged_folder). Then convert that folder."
            : null;

    private static string? ShardsWithoutIndex(string[] files)
    {
        foreach (string name in files)
        {
            if (Shard().Match(name) is { Success: true } match)
            {
                string stem = match.Groups["stem"].Value;
                string extension = match.Groups["extension"].Value;
                int there = files.Count(other => Shard().Match(other) is { Success: true } shard
                    && shard.Groups["stem"].Value == stem && shard.Groups["extension"].Value == extension);
                return $"it holds {there} of {int.Parse(match.Groups["count"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture)} shards, but their index '{stem}.{extension}.index.json' is missing. "
                    + "Download it too; it lies beside the shards.";
            }
        }

        return null;
    }

    private static string? TrainingState(string[] files, string[] folders) =>
        files.Any(name => name.EndsWith("_model_states.pt", StringComparison.Ordinal)) || folders.Any(name => name.StartsWith("global_step", StringComparison.Ordinal))
            ? "it holds the state of a DeepSpeed training. Run its zero_to_fp32.py, merge the adapter if there is one, and save the model with save_pretrained."
            : null;

    private static string? OtherFormats(string[] files)
    {
        string? found = files.FirstOrDefault(name => name.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase)
            || name is "tf_model.h5" or "flax_model.msgpack" or "rust_model.ot" || name.StartsWith("consolidated.", StringComparison.Ordinal));
        return found is null
            ? null
            : $"'{found}' is of a format or layout that is not read. Take the PyTorch or safetensors files of the same model.";
    }

    private static string? OtherNames(string[] files)
    {
        string[] found = [.. files.Where(name => WeightExtensions.Contains(Path.GetExtension(name).ToLowerInvariant()))];
        return found.Length == 0
            ? null
            : $"its weights have another name ({string.Join(", ", found.Take(4).Select(CheckpointFormatException.Quote))}). If that is the whole model, rename it to "
                + (found[0].EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) ? "model.safetensors." : "pytorch_model.bin.");
    }

    private static string[] Names(IEnumerable<string> paths) => [.. paths.Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"^(?<stem>pytorch_model|model)-(?<number>\d{5})-of-(?<count>\d{5})\.(?<extension>bin|safetensors)$", RegexOptions.CultureInvariant)]
    private static partial Regex Shard();
}
