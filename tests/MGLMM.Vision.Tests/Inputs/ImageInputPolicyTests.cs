using System.Diagnostics;
using MGLMM.Imaging;
using MGLMM.Vision;
using MGLMM.Vision.Files;
using MGLMM.Vision.Inputs;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tests.Inputs;

/// <summary>open_image reads what the host allowed, and nothing else.</summary>
public sealed class ImageInputPolicyTests(OracleTools oracle)
{
    private static readonly string Picture = OracleData.Image("landscape_97x61.png");

    [Fact]
    public async Task By_default_no_file_is_let_in()
    {
        VisionToolset toolset = new(oracle.Model);
        foreach (string source in (string[])[Picture, Path.GetFileName(Picture), ".", "/", "/etc/passwd"])
        {
            Assert.Contains("attach", (await toolset.OpenImageAsync(source).Fails(ToolErrorCodes.NotAllowed)).Try);
        }
    }

    [Fact]
    public async Task A_name_like_a_handle_is_refused_or_changed_for_it_would_open_another_picture()
    {
        VisionToolset toolset = oracle.NewToolset();
        await toolset.OpenImageAsync("square");
        byte[] landscape = await File.ReadAllBytesAsync(Picture);
        foreach (string name in (string[])["img1", " IMG1 ", "[img1]", "m3", "s2", "a1"])
        {
            Assert.Contains("such as 'picture-", Assert.Throws<ArgumentException>(() => toolset.AddImage(name, landscape)).Message);
            Assert.Throws<ArgumentException>(() => toolset.AttachAgain(name, landscape));
        }

        Assert.Equal("picture-img1", toolset.Attach("img1", landscape));
        Assert.Equal(("img2", 97), (await toolset.OpenImageAsync("picture-img1").As<OpenedImageResult>()) is var opened ? (opened.Image, opened.WidthPx) : default);
        toolset.AddImage("img1.png", landscape);
        Assert.Equal("img2", (await toolset.OpenImageAsync("img1.png").As<OpenedImageResult>()).Image);
    }

    [Fact]
    public async Task Files_inside_an_allowed_folder_are_let_in_by_full_and_by_relative_path()
    {
        (VisionToolset toolset, string root) = Allowed();
        Directory.CreateDirectory(Path.Combine(root, "deep", "er"));
        File.Copy(Picture, Path.Combine(root, "deep", "er", "a.png"));
        foreach (string source in (string[])[Path.Combine(root, "deep", "er", "a.png"), "deep/er/a.png", "./deep/../deep/er/a.png", " deep/er/a.png "])
        {
            Assert.Equal("a.png", (await toolset.OpenImageAsync(source).As<OpenedImageResult>()).Name);
        }

        await toolset.OpenImageAsync("deep/er/b.png").Fails(ToolErrorCodes.ImageNotFound);
        await toolset.OpenImageAsync("deep").Fails(ToolErrorCodes.ImageNotFound);
    }

    [Fact]
    public async Task Paths_out_of_the_folder_are_refused_alike_whether_there_is_something_or_not()
    {
        (VisionToolset toolset, string root) = Allowed();
        string outside = Path.Combine(oracle.NewFolder(), "outside.png");
        File.Copy(Picture, outside);
        string sibling = root + "-sibling";
        Directory.CreateDirectory(sibling);
        File.Copy(Picture, Path.Combine(sibling, "a.png"));
        List<ToolError> errors = new();
        foreach (string source in (string[])
        [
            outside,
            outside + "-nothing",
            Path.GetRelativePath(root, outside),
            $"../{Path.GetFileName(sibling)}/a.png",
            Path.Combine(sibling, "a.png"),
            "..",
            root,
            "/etc/passwd",
        ])
        {
            errors.Add(await toolset.OpenImageAsync(source).Fails(ToolErrorCodes.NotAllowed));
        }

        Assert.Single(errors.Distinct());
        Assert.DoesNotContain(root, errors[0].ToJson());
    }

    [Theory]
    [InlineData(@"\\server\share\a.png")]
    [InlineData("//server/share/a.png")]
    [InlineData(@"\\?\C:\a.png")]
    [InlineData(@"\\.\pipe\a")]
    [InlineData(@"\??\C:\a.png")]
    [InlineData("/\\server/share/a.png")]
    [InlineData("https://example.com/a.png")]
    [InlineData("file:///etc/passwd")]
    [InlineData("a\0.png")]
    [InlineData("a\n.png")]
    public async Task Network_and_device_paths_addresses_and_control_characters_are_refused_by_form(string source)
    {
        Assert.True(SafePath.IsForbiddenForm(source));
        (VisionToolset? toolset, string _) = Allowed();
        await toolset.OpenImageAsync(source).Fails(ToolErrorCodes.NotAllowed);
    }

    [Fact]
    public async Task Links_out_of_the_folder_are_refused_wherever_they_stand_in_the_path()
    {
        (VisionToolset? toolset, string? root) = Allowed();
        string outside = oracle.NewFolder();
        File.Copy(Picture, Path.Combine(outside, "a.png"));
        Directory.CreateDirectory(Path.Combine(outside, "sub"));
        File.Copy(Picture, Path.Combine(outside, "sub", "a.png"));
        if (!TryLink(() => File.CreateSymbolicLink(Path.Combine(root, "file.png"), Path.Combine(outside, "a.png"))))
        {
            return;
        }

        Directory.CreateSymbolicLink(Path.Combine(root, "folder"), outside);
        File.CreateSymbolicLink(Path.Combine(root, "chain.png"), Path.Combine(root, "file.png"));
        File.CreateSymbolicLink(Path.Combine(root, "up.png"), $"../{Path.GetFileName(outside)}/a.png");
        File.CreateSymbolicLink(Path.Combine(root, "loop.png"), Path.Combine(root, "loop.png"));
        foreach (string source in (string[])["file.png", "folder/a.png", "folder/sub/a.png", "chain.png", "up.png", "loop.png"])
        {
            await toolset.OpenImageAsync(source).Fails(ToolErrorCodes.NotAllowed);
            await toolset.OpenImageAsync(Path.Combine(root, source)).Fails(ToolErrorCodes.NotAllowed);
        }
    }

    [Fact]
    public async Task Links_that_stay_inside_are_followed_and_so_is_a_linked_root()
    {
        (VisionToolset _, string? root) = Allowed();
        Directory.CreateDirectory(Path.Combine(root, "real"));
        File.Copy(Picture, Path.Combine(root, "real", "a.png"));
        if (!TryLink(() => Directory.CreateSymbolicLink(Path.Combine(root, "alias"), "real")))
        {
            return;
        }

        string linkedRoot = Path.Combine(oracle.NewFolder(), "linked");
        Directory.CreateSymbolicLink(linkedRoot, root);
        VisionToolset toolset = Toolset(linkedRoot);
        await toolset.OpenImageAsync("alias/a.png").As<OpenedImageResult>();
        await toolset.OpenImageAsync(Path.Combine(linkedRoot, "real", "a.png")).As<OpenedImageResult>();

        // Inside by where it really is, but not by what was written: refused, for the host named the other way.
        await toolset.OpenImageAsync(Path.Combine(root, "real", "a.png")).Fails(ToolErrorCodes.NotAllowed);
    }

    [Fact]
    public async Task A_pipe_is_refused_without_waiting_for_its_writer()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        (VisionToolset toolset, string root) = Allowed();
        using Process made = System.Diagnostics.Process.Start("mkfifo", Path.Combine(root, "pipe.png"));
        await made.WaitForExitAsync();
        await toolset.OpenImageAsync("pipe.png").Fails(ToolErrorCodes.ImageUnreadable);
    }

    [Fact]
    public async Task What_was_exchanged_between_the_look_and_the_opening_is_not_read()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no pipes in folders.");
        string root = oracle.NewFolder();
        string outside = oracle.NewFolder();
        File.Copy(Picture, Path.Combine(outside, "a.png"));
        File.CreateSymbolicLink(Path.Combine(root, "file.png"), Path.Combine(outside, "a.png"));
        Directory.CreateSymbolicLink(Path.Combine(root, "folder"), outside);
        Directory.CreateDirectory(Path.Combine(root, "real"));
        File.Copy(Picture, Path.Combine(root, "real", "b.png"));
        using Process made = System.Diagnostics.Process.Start("mkfifo", Path.Combine(root, "pipe.png"));
        await made.WaitForExitAsync();

        // As the opening finds it where the look still saw a plain file in a plain folder.
        foreach (string exchanged in (string[])["file.png", "folder/a.png", "pipe.png"])
        {
            await Assert.ThrowsAnyAsync<IOException>(() => Task.Run(() => PlainFile.OpenRead(root, Path.Combine(root, exchanged), out long _).Dispose()).WaitAsync(TimeSpan.FromSeconds(20)));
        }

        using (PlainFile.OpenRead(root, Path.Combine(root, "real", "b.png"), out long length))
        {
            Assert.Equal(new FileInfo(Picture).Length, length);
        }

        Assert.Throws<FileNotFoundException>(() => PlainFile.OpenRead(root, Path.Combine(root, "none.png"), out long _));
    }

    [Fact]
    public async Task A_link_that_comes_and_goes_is_never_followed_out_of_the_folder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights.");
        (VisionToolset toolset, string root) = Allowed();
        string outside = oracle.NewFolder();
        File.WriteAllBytes(Path.Combine(outside, "secret.png"), PngWriter.Encode(RgbImage.FromPixels(new byte[3 * 5 * 7], 5, 7)));
        string real = Path.Combine(root, "changing.png");
        using CancellationTokenSource stop = new();
        Task swapping = Task.Run(() =>
        {
            (string plain, string link) = (Path.Combine(root, "plain"), Path.Combine(root, "link"));
            while (!stop.IsCancellationRequested)
            {
                File.Copy(Picture, plain, overwrite: true);
                File.Move(plain, real, overwrite: true);
                File.CreateSymbolicLink(link, Path.Combine(outside, "secret.png"));
                File.Move(link, real, overwrite: true);
            }
        });
        for (int call = 0; call < 300; call++)
        {
            ToolResult result = await toolset.OpenImageAsync("changing.png");
            Assert.False(result is OpenedImageResult { WidthPx: 5 }, "A picture outside of the folder was read.");
        }

        await stop.CancelAsync();
        await swapping;
    }

    [Fact]
    public async Task Registered_pictures_are_found_by_name_replaced_removed_and_bounded()
    {
        VisionToolset toolset = new(
            oracle.Model,
            options: new VisionToolsetOptions { Inputs = new ImageInputPolicy { MaximumRegisteredImages = 2, MaximumRegisteredBytes = 100_000 } });
        byte[] bytes = File.ReadAllBytes(Picture);
        toolset.AddImage("Photo of me", bytes);
        Assert.Equal("img1", (await toolset.OpenImageAsync("photo of me").As<OpenedImageResult>()).Image);
        Assert.Contains("Photo of me", (await toolset.OpenImageAsync("other").Fails(ToolErrorCodes.NotAllowed)).Try);
        toolset.AddImage("Photo of me", bytes);
        toolset.AddImage("second", bytes);
        Assert.Throws<InvalidOperationException>(() => toolset.AddImage("third", bytes));
        Assert.True(toolset.RemoveImage("second"));
        Assert.Throws<InvalidOperationException>(() => toolset.AddImage("large", new byte[100_000]));
        Assert.Throws<ArgumentException>(() => toolset.AddImage(" ", bytes));
        Assert.Throws<ArgumentException>(() => toolset.AddImage("a\nb", bytes));
        await toolset.OpenImageAsync("second").Fails(ToolErrorCodes.NotAllowed);
    }

    [Fact]
    public void Roots_must_be_full_local_paths()
    {
        foreach (string folder in (string[])["relative", "//server/share", "https://example.com"])
        {
            Assert.Throws<ArgumentException>(() => Toolset(folder));
        }
    }

    private (VisionToolset Toolset, string Root) Allowed()
    {
        string root = oracle.NewFolder();
        return (Toolset(root), root);
    }

    private VisionToolset Toolset(string root) =>
        new(oracle.Model, options: new VisionToolsetOptions { Inputs = new ImageInputPolicy { AllowedFolders = [root] } });

    /// <summary>Windows lets few accounts make links; there is nothing to test for the others.</summary>
    private static bool TryLink(Action create)
    {
        try
        {
            create();
            return true;
        }
        catch (Exception exception) when (OperatingSystem.IsWindows() && exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
