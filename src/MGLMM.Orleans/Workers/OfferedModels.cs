using System.Text.Json;

namespace MGLMM.Orleans.Workers;

/// <summary>The models that workers of a cluster answer with, and which one somebody means. Immutable.</summary>
internal sealed class OfferedModels
{
    private readonly List<OfferedModel> _models = [];
    private readonly JsonException? _unreadable;

    /// <summary>Takes what workers say. One that is about to end offers nothing any more, though it may be the one that tells its model's card.</summary>
    public OfferedModels(IReadOnlyList<WorkerReport> workers)
    {
        foreach (string model in workers.Where(worker => !worker.IsDraining).Select(worker => worker.Model).Distinct(StringComparer.Ordinal))
        {
            if (workers.FirstOrDefault(worker => worker.Model == model && worker.Card.Length > 0) is not { } telling)
            {
                // Its card comes with the next list.
                continue;
            }

            try
            {
                ModelCard card = (ModelCard?)JsonSerializer.Deserialize(telling.Card, typeof(ModelCard), GroundingJson.Options) ?? throw new JsonException("There is none.");
                _models.Add(new OfferedModel(model, card));
            }
            catch (JsonException exception)
            {
                // While a cluster is brought to another version, some workers are understood and some are not.
                _unreadable = exception;
            }
        }
    }

    /// <summary>Whether there is none that can be asked.</summary>
    public bool IsEmpty => _models.Count == 0;

    /// <summary>The one that is meant; null where it is none or may be several.</summary>
    /// <param name="wanted">As <see cref="ClusterModelOptions.Model"/> says it; null means the only one.</param>
    public OfferedModel? Find(string? wanted) => Meant(wanted) is [OfferedModel only] ? only : null;

    /// <summary>
    /// The one that stands for another that is there no more; null where it is none or may be several. Only one that is asked in the same words: what running conversations have by now holds for it. And
    /// only one of the same name, unless another was asked for: who named none when there was but one did not mean any.
    /// </summary>
    /// <param name="served">The one before.</param>
    /// <param name="wanted">As for <see cref="Find"/>.</param>
    public OfferedModel? SuccessorOf(OfferedModel served, string? wanted) => Find(wanted ?? served.Card.Name) is { } next && next.IsAskedAs(served) ? next : null;

    /// <summary>Why none or several are meant; null where no worker has told of a model yet.</summary>
    /// <param name="wanted">As for <see cref="Find"/>.</param>
    public ModelUnavailableException? WhyNotFound(string? wanted) => (IsEmpty, _unreadable, wanted, Meant(wanted).Length) switch
    {
        (true, null, _, _) => null,
        (true, { } unreadable, _, _) => new ModelUnavailableException("A worker's card cannot be read: workers and gateway are of different versions.", unreadable),
        (_, _, null, _) => new ModelUnavailableException($"The cluster has several models: {this}. Say which."),
        (_, _, _, 0) => new ModelUnavailableException($"No worker of the cluster has the model '{wanted}'. It has: {this}."),
        _ => new ModelUnavailableException($"'{wanted}' names several models of the cluster: {this}. Give the whole id."),
    };

    /// <summary>Their ids and precisions, for people; in the same order each time, whoever reported last.</summary>
    public override string ToString() => string.Join(", ", _models.OrderBy(model => model.Id, StringComparer.Ordinal).Select(model => $"{model.Id} ({model.Card.Precision})"));

    private OfferedModel[] Meant(string? wanted) => wanted is null ? [.. _models] : [.. _models.Where(model => ModelId.Matches(wanted, model.Card))];
}
