using MGLMM.Vision.Persistence;
using MGLMM.Vision.Tests.Support;

namespace MGLMM.Vision.Tests.Persistence;

/// <summary>No save is lost without a word: neither another's nor another process's.</summary>
public sealed class SaveGuardTests(OracleTools oracle)
{
    [Theory]
    [InlineData("bert", "holiday")]
    [InlineData("anna", "work")]
    public async Task The_workspace_of_another_owner_or_conversation_is_not_replaced(string owner, string conversation)
    {
        string folder = oracle.NewFolder();
        VisionWorkspace first = SavedWorkspace.New(oracle);
        await first.SaveAsync(folder);
        string[] files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
        VisionWorkspace other = new(owner, conversation);
        SavedWorkspace.AddImage(other, oracle, 77);

        WorkspaceConflictException refused = await Assert.ThrowsAsync<WorkspaceConflictException>(() => other.SaveAsync(folder));
        Assert.Contains("another owner or conversation", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("anna", refused.Message, StringComparison.Ordinal);
        Assert.Equal(files, Directory.GetFiles(folder, "*", SearchOption.AllDirectories));
        (await VisionWorkspace.LoadAsync(folder)).IsTheSameAs(await VisionWorkspace.LoadAsync(folder));

        // Nor is it where the other loaded one of its own elsewhere.
        string own = oracle.NewFolder();
        await other.SaveAsync(own);
        await Assert.ThrowsAsync<WorkspaceConflictException>(async () => await (await VisionWorkspace.LoadAsync(own)).SaveAsync(folder));
        await first.SaveAsync(folder);
    }

    [Fact]
    public async Task Two_processes_of_one_owner_notice_each_other()
    {
        string folder = oracle.NewFolder();
        await SavedWorkspace.New(oracle).SaveAsync(folder);
        VisionWorkspace one = await VisionWorkspace.LoadAsync(folder);
        VisionWorkspace another = await VisionWorkspace.LoadAsync(folder);
        SavedWorkspace.AddImage(one, oracle, 50);
        await one.SaveAsync(folder);
        await one.SaveAsync(folder);

        WorkspaceConflictException refused = await Assert.ThrowsAsync<WorkspaceConflictException>(() => another.SaveAsync(folder));
        Assert.Contains("generation 3 ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("knows generation 1", refused.Message, StringComparison.Ordinal);
        (await VisionWorkspace.LoadAsync(folder)).IsTheSameAs(await VisionWorkspace.LoadAsync(folder));
        Assert.Contains((await VisionWorkspace.LoadAsync(folder)).Images, image => image.Name == "picture 50");

        // The way out that the message names.
        VisionWorkspace after = await VisionWorkspace.LoadAsync(folder);
        await after.SaveAsync(folder);
        await Assert.ThrowsAsync<WorkspaceConflictException>(() => one.SaveAsync(folder));
        await another.SaveAsync(oracle.NewFolder());
    }

    [Fact]
    public async Task A_new_workspace_does_not_replace_what_was_kept_under_its_name()
    {
        string folder = oracle.NewFolder();
        await SavedWorkspace.New(oracle).SaveAsync(folder);
        WorkspaceConflictException refused = await Assert.ThrowsAsync<WorkspaceConflictException>(() => new VisionWorkspace("anna", "holiday").SaveAsync(folder));
        Assert.Contains("Load it", refused.Message, StringComparison.Ordinal);
        Assert.Equal(3, (await VisionWorkspace.LoadAsync(folder)).Images.Count);
    }

    [Fact]
    public async Task A_workspace_may_be_saved_to_several_folders_by_turns_and_a_copy_is_its_own()
    {
        (string first, string second) = (oracle.NewFolder(), oracle.NewFolder());
        VisionWorkspace workspace = SavedWorkspace.New(oracle);
        for (int round = 0; round < 3; round++)
        {
            await workspace.SaveAsync(first);
            await workspace.SaveAsync(second);
        }

        // A folder that was taken away may be made again, and a copy of the last save stands for it.
        Directory.Delete(second, recursive: true);
        Directory.CreateDirectory(Path.Combine(second, "images"));
        File.Copy(Path.Combine(first, "workspace.json"), Path.Combine(second, "workspace.json"));
        await workspace.SaveAsync(second);
        (await VisionWorkspace.LoadAsync(second)).IsTheSameAs(await VisionWorkspace.LoadAsync(first));
    }

    [Fact]
    public async Task A_save_that_cannot_be_read_is_not_replaced_by_those_who_never_knew_it()
    {
        string folder = oracle.NewFolder();
        VisionWorkspace workspace = SavedWorkspace.New(oracle);
        await workspace.SaveAsync(folder);
        string path = Path.Combine(folder, "workspace.json");
        byte[] document = File.ReadAllBytes(path);
        document[^20] ^= 1;
        File.WriteAllBytes(path, document);
        Assert.Contains("cannot be read", (await Assert.ThrowsAsync<WorkspaceConflictException>(() => new VisionWorkspace("anna", "holiday").SaveAsync(folder))).Message, StringComparison.Ordinal);
        Assert.Equal(document, File.ReadAllBytes(path));

        // Whoever wrote it may mend it.
        await workspace.SaveAsync(folder);
        (await VisionWorkspace.LoadAsync(folder)).IsConsistent();
    }

    [Fact]
    public async Task A_save_of_version_1_is_loaded_and_goes_on_as_version_2()
    {
        string folder = oracle.NewFolder();
        VisionWorkspace workspace = SavedWorkspace.New(oracle);
        await workspace.SaveAsync(folder);
        SavedWorkspace.Edit(folder, document => document.AsObject().Remove("generation"));
        string path = Path.Combine(folder, "workspace.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"version\":2,", "\"version\":1,", StringComparison.Ordinal));

        VisionWorkspace loaded = await VisionWorkspace.LoadAsync(folder);
        await loaded.SaveAsync(folder);
        string saved = File.ReadAllText(path);
        Assert.Contains("\"version\":2,", saved, StringComparison.Ordinal);
        Assert.Contains("\"generation\":1,", saved, StringComparison.Ordinal);

        // Each version has its own.
        File.WriteAllText(path, saved.Replace("\"version\":2,", "\"version\":1,", StringComparison.Ordinal));
        await Assert.ThrowsAsync<WorkspaceFormatException>(() => VisionWorkspace.LoadAsync(folder));
    }
}
