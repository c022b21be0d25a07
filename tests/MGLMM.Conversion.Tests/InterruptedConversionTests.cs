using System.Security.Cryptography;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Runtime.Bundles;

namespace MGLMM.Conversion.Tests;

/// <summary>
/// What a conversion leaves that is killed at each step on its way into place, and what the next one makes of it. The states are those
/// between the steps of <see cref="OutputFolder.Publish"/>; there is a whole bundle at the output before and after.
/// </summary>
public sealed class InterruptedConversionTests(OracleFixture oracle) : IDisposable
{
    private const string Id = "0123456789abcdef0123456789abcdef";

    private readonly string _root = Directory.CreateTempSubdirectory("mglmm-interrupted-").FullName;

    private string Output => Path.Combine(_root, "bundle");

    private string Unfinished => Path.Combine(_root, $".bundle.{Id}.partial");

    private string Replaced => Unfinished + ".replaced";

    private string Lock => Unfinished + ".lock";

    [Fact]
    public void While_it_writes()
    {
        Directory.CreateDirectory(Unfinished);
        File.WriteAllText(Path.Combine(Unfinished, "decoder.onnx.data"), "half");
        File.WriteAllText(Lock, string.Empty);
        AssertTold("Removed", Unfinished);
        AssertNothingIsLeft();
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public void Before_the_swap()
    {
        Bundle(Output, "old");
        Begin(Bundle(Unfinished, "new"));
        AssertTold(Unfinished, "finished bundle");
        Assert.Equal(("old", "new"), (NameAt(Output), NameAt(Unfinished)));

        // It is told of until somebody does something about it.
        AssertTold(Unfinished, "finished bundle");
    }

    [Fact]
    public void Before_a_bundle_that_was_finished_elsewhere_is_moved_beside_the_output()
    {
        Begin(Bundle(Path.Combine(_root, "work"), "new"));
        Assert.Empty(InterruptedConversions.Recover(Output));
        Assert.False(File.Exists(Lock));
        Assert.Equal("new", NameAt(Path.Combine(_root, "work")));
    }

    [Fact]
    public void A_bundle_that_was_finished_elsewhere_is_known_by_the_lock_before_it_moves()
    {
        string work = Bundle(Path.Combine(_root, "work"), "new");
        using UnfinishedBundle bundle = UnfinishedBundle.Create(Output);
        string obstacle = Path.Combine(bundle.Folder, "obstacle");
        File.WriteAllText(obstacle, string.Empty);
        Assert.Throws<IOException>(() => bundle.Adopt(work));
        Assert.Equal(2 * SHA256.HashSizeInBytes, new FileInfo(bundle.Folder + UnfinishedBundle.LockSuffix).Length);

        File.Delete(obstacle);
        bundle.Adopt(work);
        bundle.BeginPublishing();
        Assert.Equal(2 * SHA256.HashSizeInBytes, new FileInfo(bundle.Folder + UnfinishedBundle.LockSuffix).Length);
        Assert.Equal("new", NameAt(bundle.Folder));
    }

    [Fact]
    public void After_the_swap()
    {
        Begin(Bundle(Output, "new"));
        Bundle(Unfinished, "old");
        AssertTold("interrupted", Output);
        AssertNothingIsLeft();
        Assert.Equal("new", NameAt(Output));
    }

    [Fact]
    public void While_it_deletes_what_it_replaced()
    {
        Begin(Bundle(Output, "new"));
        Bundle(Unfinished, "old");
        File.Delete(Path.Combine(Unfinished, BundleManifest.FileName));
        AssertTold("interrupted", Output);
        AssertNothingIsLeft();
    }

    [Fact]
    public void Between_two_renames()
    {
        Bundle(Replaced, "old");
        Begin(Bundle(Unfinished, "new"));
        AssertTold("was put at", Output);
        AssertNothingIsLeft();
        Assert.Equal("new", NameAt(Output));
    }

    [Fact]
    public void After_two_renames()
    {
        Bundle(Replaced, "old");
        Begin(Bundle(Output, "new"));
        AssertTold("interrupted", Output);
        AssertNothingIsLeft();
        Assert.Equal("new", NameAt(Output));
    }

    [Fact]
    public void Between_two_renames_with_the_new_bundle_damaged()
    {
        Bundle(Replaced, "old");
        Begin(Bundle(Unfinished, "new"));
        File.Delete(Path.Combine(Unfinished, BundleManifest.FileName));
        AssertTold("is at", Output);
        AssertNothingIsLeft();
        Assert.Equal("old", NameAt(Output));
    }

    [Fact]
    public void While_it_fills_an_empty_folder()
    {
        Begin(Bundle(Unfinished, "new"));
        Directory.CreateDirectory(Output);
        File.Move(Path.Combine(Unfinished, "decoder.onnx"), Path.Combine(Output, "decoder.onnx"));
        AssertTold("was put at", Output);
        AssertNothingIsLeft();
        Assert.Equal("new", NameAt(Output));
    }

    /// <summary>What versions before there were locks left.</summary>
    [Fact]
    public void Between_two_renames_of_an_older_version()
    {
        Bundle(Replaced, "old");
        Bundle(Unfinished, "new");
        AssertTold("interrupted", "the new one");
        AssertNothingIsLeft();
        Assert.Equal("new", NameAt(Output));
    }

    [Fact]
    public void A_folder_without_a_lock_is_told_of_and_kept()
    {
        Bundle(Output, "old");
        Bundle(Unfinished, "new");
        AssertTold(Unfinished, "a finished bundle");
        Assert.Equal(("old", "new"), (NameAt(Output), NameAt(Unfinished)));
    }

    [Fact]
    public void A_living_conversion_is_left_alone()
    {
        using UnfinishedBundle living = UnfinishedBundle.Create(Output);
        Assert.Empty(InterruptedConversions.Recover(Output));
        Assert.True(Directory.Exists(living.Folder));
    }

    [Theory]
    [InlineData(".bundle.more.0123456789abcdef0123456789abcdef.partial")]
    [InlineData(".bundle.mine.partial")]
    [InlineData(".other.0123456789abcdef0123456789abcdef.partial")]
    public void Other_names_are_left_alone(string name)
    {
        Directory.CreateDirectory(Path.Combine(_root, name));
        File.WriteAllText(Path.Combine(_root, name + ".lock"), string.Empty);
        Assert.Empty(InterruptedConversions.Recover(Output));
        Assert.True(Directory.Exists(Path.Combine(_root, name)));
    }

    [Fact]
    public void The_next_conversion_tells_of_it()
    {
        Begin(Bundle(Output, "new"));
        Bundle(Unfinished, "old");
        ConversionException refusal = Assert.Throws<ConversionException>(() => Convert(overwrite: false));
        Assert.Contains("interrupted", refusal.Message, StringComparison.Ordinal);
        AssertNothingIsLeft();

        File.WriteAllText(Lock, string.Empty);
        Directory.CreateDirectory(Unfinished);
        Assert.Contains(Convert(overwrite: true).Remarks, remark => remark.Contains("interrupted", StringComparison.Ordinal));
        AssertNothingIsLeft();
    }

    /// <summary>The same end, whether the system swaps in one step or not.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_bundle_is_replaced(bool swaps)
    {
        Bundle(Output, "old");
        using (UnfinishedBundle bundle = UnfinishedBundle.Create(Output))
        {
            Bundle(bundle.Folder, "new");
            OutputFolder.Publish(bundle, Options(overwrite: true), (one, other) => swaps && AtomicExchange.TrySwap(one, other));
        }

        Assert.Equal("new", NameAt(Output));
        AssertNothingIsLeft();
    }

    [Fact]
    public void Two_folders_change_places_in_one_step()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Other systems have no such step.");
        Bundle(Output, "old");
        Bundle(Unfinished, "new");
        Assert.SkipUnless(AtomicExchange.TrySwap(Unfinished, Output), "This file system has no such step.");
        Assert.Equal(("new", "old"), (NameAt(Output), NameAt(Unfinished)));
        Assert.False(AtomicExchange.TrySwap(Unfinished, Path.Combine(_root, "none")));
    }

    /// <summary>A second rename that fails: the old bundle is put back, the new one stays and is told of.</summary>
    [Fact]
    public void What_cannot_be_put_in_place_leaves_the_old_bundle_there()
    {
        Bundle(Output, "old");
        using UnfinishedBundle bundle = UnfinishedBundle.Create(Output);
        Bundle(bundle.Folder, "new");
        string elsewhere = Path.Combine(_root, "elsewhere");
        ConversionException refusal = Assert.Throws<ConversionException>(() => OutputFolder.Publish(bundle, Options(overwrite: true), (one, _) =>
        {
            Directory.Move(one, elsewhere);
            return false;
        }));
        Assert.Equal(("old", "new"), (NameAt(Output), NameAt(elsewhere)));
        Assert.Contains(bundle.Folder, refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>The oracle's bundle under another name, so that two can be told apart.</summary>
    private string Bundle(string folder, string name)
    {
        CheckpointCopy.Make(oracle.BundleFolder, folder);
        CheckpointCopy.Change(folder, BundleManifest.FileName, "name", $"\"{name}\"");
        return folder;
    }

    private void Begin(string bundle) =>
        File.WriteAllText(Lock, System.Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(bundle, BundleManifest.FileName)))));

    private void AssertTold(params string[] words) =>
        Assert.Contains(InterruptedConversions.Recover(Output), told => words.All(word => told.Contains(word, StringComparison.Ordinal)));

    private void AssertNothingIsLeft() => Assert.DoesNotContain(Directory.GetFileSystemEntries(_root), path => path != Output);

    private static string NameAt(string folder) => ModelBundle.Open(folder).Manifest.Name;

    private ConversionOptions Options(bool overwrite) => new()
    {
        Checkpoint = oracle.Checkpoint,
        VisionTower = oracle.VisionTower,
        Output = Output,
        Precision = "fp32",
        Overwrite = overwrite,
    };

    private ConversionReport Convert(bool overwrite) => CheckpointConverter.Convert(Options(overwrite));
}
