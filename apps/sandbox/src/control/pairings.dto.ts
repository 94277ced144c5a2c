import { IsOptional, IsString, Length, ValidateIf } from 'class-validator';
import { IsPhone } from './phone-field.js';

/** A phone links a device: by the QR that the device shows, or by the code. */
export class PairingDto {
  /** The text of the QR, as the device gives it. */
  @ValidateIf((dto: PairingDto) => dto.code === undefined || dto.qr !== undefined)
  @IsString({ message: 'qr must be the text of the QR; or send the code of the device as "code"' })
  @Length(1, 2_000)
  qr?: string;

  @IsOptional()
  @IsString()
  @Length(8, 20, { message: 'code must be the 8 characters that the device shows, dashes allowed' })
  code?: string;

  @IsPhone()
  phone!: string;

  /** The owner's name. */
  @IsOptional()
  @IsString()
  @Length(1, 100)
  name?: string;
}
