using MGLMM.Conversion.Families;
using MGLMM.Hub.Http;

namespace MGLMM.Hub.Pulling;

/// <summary>Which CLIP tower a checkpoint was trained with, as its config.json names it.</summary>
/// <param name="Models">The models of the hub that may be meant; the first that exists is.</param>
/// <param name="Folder">The folder of the checkpoint's own repository that holds it; null where none does.</param>
/// <param name="Note">What a person should know of the choice; null if nothing.</param>
internal sealed record TowerChoice(IReadOnlyList<HubModel> Models, string? Folder, string? Note)
{
    private const string ClipOrganisation = "openai";

    /// <summary>Reads the name out of a config.json.</summary>
    /// <exception cref="HubException">It names none that a hub could have.</exception>
    public static TowerChoice Read(HubModel model, CheckpointConfiguration configuration, HubRepository repository)
    {
        string? named = NamedTower.Read(configuration);
        if (named is null)
        {
            throw new HubException(
                HubProblem.BadRequest,
                $"config.json of '{model}' names no vision tower. Give it with --vision-tower, a folder or <org>/<name>; GLaMM and MGLMM use openai/clip-vit-large-patch14-336, LISA openai/clip-vit-large-patch14.");
        }

        // Somebody's own folder; its last part is the tower's name where it came from a hub.
        string last = NamedTower.LastPart(named);
        if (repository.Files.Any(file => file.Path == $"{last}/config.json"))
        {
            return new TowerChoice([], last, null);
        }

        if (HubModel.TryParse(named, out HubModel? tower))
        {
            return new TowerChoice([tower], null, null);
        }

        HubModel[] models = [.. new[] { $"{ClipOrganisation}/{last}", $"{model.Organisation}/{last}" }.Select(name => HubModel.TryParse(name, out HubModel? known) ? known : null).OfType<HubModel>().Distinct()];
        return models.Length > 0
            ? new TowerChoice(models, null, $"config.json names the vision tower by a path of its author's ('{named}'); {string.Join(" or ", models)} is looked for. Give another with --vision-tower.")
            : throw new HubException(HubProblem.BadRequest, $"config.json of '{model}' names the vision tower '{named}', which is no model of a hub. Give it with --vision-tower, a folder or <org>/<name>.");
    }
}
