using System.Diagnostics;
using MGLMM.Imaging;
using MGLMM.Masks;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Inputs;
using MGLMM.Vision.Persistence;
using MGLMM.Vision.Results;
using MGLMM.Vision.Workspaces;

namespace MGLMM.Benchmarks.Attack;

/// <summary>What happens in folders: a full output folder, loading beside a saver, files exchanged between look and reading, a full disk.</summary>
internal static class FolderAttack
{
    private const int Files = 20_000;
    private const int Loads = 300;
    private static readonly TimeSpan SwapsTime = TimeSpan.FromSeconds(15);

    /// <summary>An output folder that holds 20,000 files of the wanted name.</summary>
    public static async Task FilesAsync(string folder, CancellationToken cancellationToken)
    {
        string output = Path.Combine(folder, "output");
        Directory.CreateDirectory(output);
        double empty = await ExportAsync(Path.Combine(folder, "empty"), cancellationToken).ConfigureAwait(false);
        for (int number = 1; number <= Files; number++)
        {
            File.OpenHandle(Path.Combine(output, number == 1 ? "a1-regions.svg" : $"a1-regions-{number}.svg"), FileMode.CreateNew, FileAccess.Write).Dispose();
        }

        double full = await ExportAsync(output, cancellationToken).ConfigureAwait(false);
        Console.WriteLine($"Output folder: an export takes {empty:F2} ms into an empty folder, {full:F2} ms into one with {Files:N0} files of its name (medians of 200).");
    }

    /// <summary>300 loads beside another process that saves without a pause.</summary>
    public static async Task LoadsAsync(string folder, CancellationToken cancellationToken)
    {
        string kept = Path.Combine(folder, "kept");
        await NewWorkspace(0).SaveAsync(kept, cancellationToken).ConfigureAwait(false);
        using Process saver = ProcessMemory.Again("attack", "--part", "save", "--folder", kept);
        await saver.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        (int damaged, int other) = (0, 0);
        List<double> took = [];
        for (int load = 0; load < Loads; load++)
        {
            // Saves take longer than loads: some of each.
            await Task.Delay(10, cancellationToken).ConfigureAwait(false);
            long begun = Stopwatch.GetTimestamp();
            try
            {
                await VisionWorkspace.LoadAsync(kept, cancellationToken: cancellationToken).ConfigureAwait(false);
                took.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }
            catch (WorkspaceFormatException)
            {
                damaged++;
            }
            catch (IOException)
            {
                other++;
            }
        }

        saver.Kill();
        string saves = (await saver.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false)).Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "0";
        Console.WriteLine($"Loading beside a saver: of {Loads} loads {damaged} said damaged and {other} failed otherwise; median {took.Order().ElementAt(took.Count / 2):F1} ms, longest {took.Max():F0} ms, {saves} saves meanwhile.");
    }

    /// <summary>The saver's part: until it is killed.</summary>
    public static async Task SaveAsync(string folder)
    {
        VisionWorkspace workspace = await VisionWorkspace.LoadAsync(folder, new WorkspaceLimits { MaximumImages = 4 }).ConfigureAwait(false);
        for (int save = 1; ; save++)
        {
            Add(workspace, save);
            await workspace.SaveAsync(folder).ConfigureAwait(false);
            Console.WriteLine(save);
        }
    }

    /// <summary>An allowed folder in which a file is exchanged for a link and for a pipe all the time.</summary>
    public static async Task SwapsAsync(string folder, CancellationToken cancellationToken)
    {
        (string allowed, string outside) = (Path.Combine(folder, "allowed"), Path.Combine(folder, "outside"));
        Directory.CreateDirectory(allowed);
        Directory.CreateDirectory(outside);
        byte[] picture = PngWriter.Encode(RgbImage.FromPixels(new byte[3 * 9 * 9], 9, 9));
        string secret = Path.Combine(outside, "secret.png");
        await File.WriteAllBytesAsync(secret, PngWriter.Encode(RgbImage.FromPixels(new byte[3 * 5 * 7], 5, 7)), cancellationToken).ConfigureAwait(false);
        string target = Path.Combine(allowed, "picture.png");
        using CancellationTokenSource stop = new();
        Task swapping = Task.Run(
            () =>
            {
                (string plain, string link, string pipe) = (Path.Combine(folder, "plain"), Path.Combine(folder, "link"), Path.Combine(folder, "pipe"));
                for (int swap = 0; !stop.IsCancellationRequested; swap++)
                {
                    File.WriteAllBytes(plain, picture);
                    File.Move(plain, target, overwrite: true);
                    File.CreateSymbolicLink(link, secret);
                    File.Move(link, target, overwrite: true);
                    if (swap % 500 == 499)
                    {
                        using Process made = Process.Start("mkfifo", [pipe]);
                        made.WaitForExit();
                        File.WriteAllBytes(plain, picture);
                        File.Move(plain, target, overwrite: true);
                        File.Move(pipe, target, overwrite: true);
                    }
                }
            },
            CancellationToken.None);
        VisionToolset toolset = new(model: null, options: new VisionToolsetOptions { Inputs = new ImageInputPolicy { AllowedFolders = [allowed] } });
        (int inside, int refused, int leaked, int stuck) = (0, 0, 0, 0);
        int calls = 0;
        for (Stopwatch clock = Stopwatch.StartNew(); clock.Elapsed < SwapsTime; calls++)
        {
            try
            {
                ToolResult result = await Task.Run(() => toolset.OpenImageAsync("picture.png", cancellationToken), cancellationToken).WaitAsync(TimeSpan.FromSeconds(10), cancellationToken).ConfigureAwait(false);
                _ = result switch
                {
                    OpenedImageResult { WidthPx: 5 } => leaked++,
                    OpenedImageResult => inside++,
                    _ => refused++,
                };
            }
            catch (TimeoutException)
            {
                stuck++;
            }
        }

        await stop.CancelAsync().ConfigureAwait(false);
        await swapping.ConfigureAwait(false);
        Console.WriteLine($"Exchanged files: of {calls:N0} calls {inside} read the file inside, {refused} were refused, {leaked} read the one outside, {stuck} were stuck.");
    }

    /// <summary>A disk without room; needs the rights to mount one.</summary>
    public static async Task FullDiskAsync(string folder, CancellationToken cancellationToken)
    {
        string disk = Path.Combine(folder, "disk");
        Directory.CreateDirectory(disk);
        using Process mount = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]) { RedirectStandardError = true })!;
        await mount.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        if (mount.ExitCode != 0)
        {
            Console.WriteLine("Full disk: not tried, for no disk may be mounted here.");
            return;
        }

        try
        {
            string kept = Path.Combine(disk, "kept");
            VisionWorkspace workspace = NewWorkspace(0);
            await workspace.SaveAsync(kept, cancellationToken).ConfigureAwait(false);
            byte[] noise = new byte[3 * 200 * 200];
            new Random(1).NextBytes(noise);
            workspace.AddImage(RgbImage.FromPixels(noise, 200, 200), "large");
            string message = "saved";
            try
            {
                await workspace.SaveAsync(kept, cancellationToken).ConfigureAwait(false);
            }
            catch (IOException exception)
            {
                message = exception.Message;
            }

            int pictures = (await VisionWorkspace.LoadAsync(kept, cancellationToken: cancellationToken).ConfigureAwait(false)).Images.Count;
            Console.WriteLine($"Full disk: \"{message}\" The save before is whole, with {pictures} picture; {Directory.GetFiles(kept, "*.tmp", SearchOption.AllDirectories).Length} temporary files are left.");
        }
        finally
        {
            using Process unmount = Process.Start("umount", [disk]);
            await unmount.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static async Task<double> ExportAsync(string folder, CancellationToken cancellationToken)
    {
        List<double> took = [];
        for (int call = 0; call < 200; call++)
        {
            VisionWorkspace workspace = NewWorkspace(call);
            VisionImage image = workspace.Images[0];
            workspace.AddRegion(image.Handle, Mask.Full(image.Width, image.Height));
            VisionToolset toolset = new(model: null, workspace, new VisionToolsetOptions { OutputFolder = folder });
            long begun = Stopwatch.GetTimestamp();
            if (await toolset.ExportRegionsAsync("img1", "svg", cancellationToken).ConfigureAwait(false) is ToolError error)
            {
                throw new InvalidOperationException(error.Message);
            }

            took.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }

        return took.Order().ElementAt(took.Count / 2);
    }

    private static VisionWorkspace NewWorkspace(int shade)
    {
        VisionWorkspace workspace = new("anna", "holiday", new WorkspaceLimits { MaximumImages = 4 });
        Add(workspace, shade);
        return workspace;
    }

    private static void Add(VisionWorkspace workspace, int shade)
    {
        byte[] pixels = new byte[64 * 64 * 3];
        BitConverter.TryWriteBytes(pixels, shade);
        workspace.AddImage(RgbImage.FromPixels(pixels, 64, 64), $"picture {shade}");
    }
}
