using MGLMM.Masks;

namespace MGLMM.Vision.Tests;

/// <summary>What a host keeps beside pictures and regions, and names that people give.</summary>
public sealed class NotesTests : IDisposable
{
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("mglmm-notes-").FullName, "workspace");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public async Task Notes_and_given_names_are_saved_and_loaded()
    {
        VisionWorkspace workspace = Workspace();
        workspace.SetNote("page", "{\"hidden\":[\"m1\"]}");
        workspace.SetNote("gone", "x");
        workspace.SetNote("gone", null);
        VisionRegion before = workspace.Regions[0];
        VisionRegion renamed = workspace.RenameRegion(" M1 ", "  the old oak ");
        Assert.Equal(("m1", "the old oak", before.ColorIndex), (renamed.Handle, renamed.Phrase, renamed.ColorIndex));
        Assert.Same(before.Mask, renamed.Mask);
        await workspace.SaveAsync(_folder);

        VisionWorkspace again = await VisionWorkspace.LoadAsync(_folder);
        Assert.Equal(("{\"hidden\":[\"m1\"]}", null), (again.NoteOf("page"), again.NoteOf("gone")));
        Assert.Equal("the old oak", again.Regions[0].Phrase);
        Assert.Null(again.RenameRegion("m1", " ").Phrase);
        Assert.Throws<KeyNotFoundException>(() => again.RenameRegion("m9", "x"));
    }

    [Fact]
    public async Task A_workspace_without_notes_is_saved_as_before()
    {
        await Workspace().SaveAsync(_folder);
        Assert.DoesNotContain("notes", await File.ReadAllTextAsync(Path.Combine(_folder, "workspace.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Notes_are_bounded()
    {
        VisionWorkspace workspace = new(new WorkspaceLimits { MaximumNoteCharacters = 10 });
        workspace.SetNote("a", "12345");
        Assert.Throws<ArgumentException>(() => workspace.SetNote("b", "1234"));
        workspace.SetNote("a", "123456789");
        Assert.Throws<ArgumentException>(() => workspace.SetNote("a\n", "1"));
        Assert.Equal("123456789", workspace.NoteOf("a"));
    }

    private static VisionWorkspace Workspace()
    {
        VisionWorkspace workspace = new();
        workspace.AddImage(RgbImage.FromPixels(new byte[40 * 30 * 3], 40, 30), "grey.png");
        workspace.AddRegion("img1", Mask.FromRectangle(40, 30, new PixelBox(10, 5, 20, 15)), new HostRegion { Phrase = "a tree" });
        return workspace;
    }
}
