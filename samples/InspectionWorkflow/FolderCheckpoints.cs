using System.Text.Json;
using Microsoft.Agents.AI.Workflows;
using Microsoft.Agents.AI.Workflows.Checkpointing;

namespace MGLMM.Samples.InspectionWorkflow;

/// <summary>Checkpoints as files that are whole or not there, whenever the process is killed. The last few are kept.</summary>
internal sealed class FolderCheckpoints : JsonCheckpointStore
{
    private const int Kept = 4;

    private readonly string _folder;
    private int _last;

    public FolderCheckpoints(string folder)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        _last = Numbers().LastOrDefault();
    }

    public override async ValueTask<CheckpointInfo> CreateCheckpointAsync(string sessionId, JsonElement value, CheckpointInfo? parent = null)
    {
        string path = PathOf(++_last);
        await File.WriteAllTextAsync(path + ".part", value.GetRawText());
        File.Move(path + ".part", path);
        foreach (int old in Numbers().SkipLast(Kept))
        {
            File.Delete(PathOf(old));
        }

        return InfoOf(sessionId, _last);
    }

    public override async ValueTask<JsonElement> RetrieveCheckpointAsync(string sessionId, CheckpointInfo key)
    {
        using JsonDocument document = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, key.CheckpointId + ".json")));
        return document.RootElement.Clone();
    }

    public override ValueTask<IEnumerable<CheckpointInfo>> RetrieveIndexAsync(string sessionId, CheckpointInfo? withParent = null) =>
        ValueTask.FromResult<IEnumerable<CheckpointInfo>>([.. Numbers().Select(number => InfoOf(sessionId, number))]);

    private static CheckpointInfo InfoOf(string sessionId, int number) => new(sessionId, number.ToString("D8", null));

    private string PathOf(int number) => Path.Combine(_folder, $"{number:D8}.json");

    private IEnumerable<int> Numbers() => Directory.GetFiles(_folder, "*.json").Select(path => int.Parse(Path.GetFileNameWithoutExtension(path), null)).Order();
}
