using MGLMM.Conversion.Checkpoints;
using MGLMM.Conversion.Checkpoints.Folders;
using MGLMM.Hub.Http;

namespace MGLMM.Hub.Pulling;

/// <summary>Which files of a repository a conversion needs.</summary>
/// <param name="Small">Configuration and tokenizer, the weights' index among them.</param>
/// <param name="Weights">The weights.</param>
internal sealed record CheckpointSelection(IReadOnlyList<HubFile> Small, IReadOnlyList<HubFile> Weights)
{
    /// <summary>No configuration or tokenizer is larger.</summary>
    public const long LargestSmallFile = 64 << 20;

    private static readonly string[] SmallNames =
    [
        "config.json", "generation_config.json", "tokenizer.model", "tokenizer_config.json", "added_tokens.json", "special_tokens_map.json", "preprocessor_config.json", "mglmm.json",
    ];

    /// <summary>Where the first LISA releases put SAM.</summary>
    private const string SplitWeights = "pytorch_model-visual_model.bin";

    /// <summary>What a folder of weights may be, in the order in which the converter prefers it.</summary>
    private static readonly (string Single, string Index, string Prefix, string Ending)[] Layouts =
    [
        ("model.safetensors", "model.safetensors.index.json", "model-", ".safetensors"),
        ("pytorch_model.bin", "pytorch_model.bin.index.json", "pytorch_model-", ".bin"),
    ];

    /// <summary>Chooses the files.</summary>
    /// <param name="model">The model, for messages.</param>
    /// <param name="repository">What there is.</param>
    /// <param name="fetch">Fetches a small file and says where it is.</param>
    /// <exception cref="HubException">There is no checkpoint, or not all of one.</exception>
    public static async Task<CheckpointSelection> ChooseAsync(HubModel model, HubRepository repository, Func<HubFile, Task<string>> fetch)
    {
        if (repository.Find("config.json") is null)
        {
            throw Nothing(model, repository, "no config.json");
        }

        if (repository.Find(SplitWeights) is not null)
        {
            throw new HubException(
                HubProblem.BadRequest, $"'{model}' keeps SAM in a file of its own ('{SplitWeights}'), which is not read. Take a later release (xinlai/LISA-7B-v1, xinlai/LISA-13B-llama2-v1), or load it with its own code and save it as one state dict for 'mglmm convert'.");
        }

        List<HubFile> small = SmallNames.Select(repository.Find).OfType<HubFile>().ToList();
        string? missing = null;
        foreach ((string single, string index, string prefix, string ending) in Layouts)
        {
            if (repository.Find(single) is { } whole)
            {
                return new CheckpointSelection(small, [whole]);
            }

            if (repository.Find(index) is { } listed)
            {
                string[] names = ShardIndex.Read(await fetch(listed).ConfigureAwait(false)).ShardNames.ToArray();
                HubFile[] shards = names.Select(repository.Find).OfType<HubFile>().ToArray();
                if (shards.Length == names.Length)
                {
                    return new CheckpointSelection([.. small, listed], shards);
                }

                // An index that was left behind by another save; the next layout may be whole.
                missing ??= names.First(name => repository.Find(name) is null);
            }
            else if (repository.Files.Where(file => file.Name.StartsWith(prefix, StringComparison.Ordinal) && file.Name.EndsWith(ending, StringComparison.Ordinal)).ToArray() is { Length: > 0 } loose)
            {
                return new CheckpointSelection(small, loose);
            }
        }

        throw missing is null
            ? Nothing(model, repository, "no model.safetensors, pytorch_model.bin or shards of either")
            : new HubException(HubProblem.NotFound, $"'{model}' is not complete: its index names '{missing}', which is not there. Ask its owner, or name another revision: {model.Id}@<revision>.");
    }

    private static HubException Nothing(HubModel model, HubRepository repository, string lack)
    {
        string[] names = repository.Files.Select(file => file.Name).ToArray();
        string hint = names.Any(name => name.StartsWith("adapter_", StringComparison.Ordinal))
            ? "It holds a LoRA adapter: merge it into its base model with Python (peft: merge_and_unload, save_pretrained) and use 'mglmm convert'."
            : names.Any(name => name.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase))
                ? "It holds GGUF files; take the original checkpoint."
                : "A merged MGLMM, GLaMM or LISA checkpoint is needed; 'mglmm models' lists known ones.";
        return new HubException(HubProblem.NotFound, $"'{model}' holds no checkpoint: {lack}. {hint}");
    }
}
