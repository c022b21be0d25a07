using MGLMM.Vision.Inputs;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tests.Inputs;

public sealed class DataUriTests(OracleTools oracle)
{
    private static readonly string Base64 = Convert.ToBase64String(File.ReadAllBytes(OracleData.Image("landscape_97x61.png")));

    [Theory]
    [InlineData("data:image/png;base64,")]
    [InlineData("DATA:image/PNG;BASE64,")]
    [InlineData("data:image/webp;base64,")]
    public async Task Pictures_are_opened_where_they_are_allowed(string head)
    {
        OpenedImageResult opened = await Toolset().OpenImageAsync(head + Base64).As<OpenedImageResult>();
        Assert.Equal(("inline picture", 97, "png"), (opened.Name, opened.WidthPx, opened.Format));
        ToolError error = await new VisionToolset(oracle.Model).OpenImageAsync(head + Base64).Fails(ToolErrorCodes.NotAllowed);
        Assert.True(error.ToJson().Length < 500);
    }

    [Theory]
    [InlineData("data:image/svg+xml;base64,")]
    [InlineData("data:image/gif;base64,")]
    [InlineData("data:text/html;base64,")]
    [InlineData("data:;base64,")]
    [InlineData("data:,")]
    [InlineData("data:image/png,")]
    [InlineData("data:image/png;charset=utf-8;base64,")]
    [InlineData("data:image/png;base64")]
    [InlineData("data:")]
    public async Task Other_forms_are_not_allowed(string head) => await Toolset().OpenImageAsync(head + Base64).Fails(ToolErrorCodes.NotAllowed);

    [Theory]
    [InlineData("data:image/png;base64,")]
    [InlineData("data:image/png;base64,AAAA")]
    [InlineData("data:image/png;base64,AAA")]
    [InlineData("data:image/png;base64,A*AA")]
    [InlineData("data:image/png;base64,%89PNG")]
    [InlineData("data:image/png;base64,iVBORw0KGgo=")]
    public async Task Damaged_ones_are_unreadable(string source) => await Toolset().OpenImageAsync(source).Fails(ToolErrorCodes.ImageUnreadable);

    [Fact]
    public async Task Length_and_bytes_are_capped_before_decoding()
    {
        await Toolset(new ImageInputPolicy { AllowDataUris = true, MaximumDataUriLength = 1000 }).OpenImageAsync("data:image/png;base64," + Base64).Fails(ToolErrorCodes.TooLarge);
        using OracleModel model = new(card => card with { ImageLimits = new ImageLimits { MaximumBytes = 1000 } });
        await Toolset(model: model).OpenImageAsync("data:image/png;base64," + Base64).Fails(ToolErrorCodes.TooLarge);
        await Toolset(model: model).OpenImageAsync("data:image/png;base64," + new string('*', 5000)).Fails(ToolErrorCodes.TooLarge);
    }

    private VisionToolset Toolset(ImageInputPolicy? policy = null, IGroundingModel? model = null) =>
        new(model ?? oracle.Model, options: new VisionToolsetOptions { Inputs = policy ?? new ImageInputPolicy { AllowDataUris = true } });
}
