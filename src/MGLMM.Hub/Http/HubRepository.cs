namespace MGLMM.Hub.Http;

/// <summary>A model at one commit.</summary>
/// <param name="Id">Organisation and name.</param>
/// <param name="Commit">The commit that the revision stands for.</param>
/// <param name="Files">All its files.</param>
/// <param name="Licence">What its card states; null where it states none.</param>
internal sealed record HubRepository(string Id, string Commit, IReadOnlyList<HubFile> Files, string? Licence)
{
    /// <summary>The file of a name; null where there is none.</summary>
    public HubFile? Find(string name) => Files.FirstOrDefault(file => file.Name == name);

    /// <summary>The same repository seen from one of its folders.</summary>
    public HubRepository Below(string folder) => this with
    {
        Files = [.. Files.Where(file => file.Path.StartsWith(folder + "/", StringComparison.Ordinal)).Select(file => file with { Name = file.Path[(folder.Length + 1)..] })],
    };
}
